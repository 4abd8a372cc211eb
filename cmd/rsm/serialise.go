package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/encoding/protowire"

	"rsm"
)

// serialise writes each tensor to FOLDER/NAME.pb. ONNX has no real numbers: the
// elements are doubles.
func serialise(folder string, assignment []rsm.TensorValues) error {
	if assignment == nil {
		return nil
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for k := range assignment {
		t := &assignment[k]
		var raw, message []byte
		for _, v := range t.Values {
			exact, err := v.Rat()
			if err != nil {
				return fmt.Errorf("%s: %s %w", t.Name, v, err)
			}
			x, _ := exact.Float64()
			raw = protowire.AppendFixed64(raw, math.Float64bits(x))
		}
		// The fields of TensorProto: dims 1, data_type 2 (11 is DOUBLE), name 8, raw_data 9.
		for _, d := range t.Shape {
			message = protowire.AppendVarint(protowire.AppendTag(message, 1, protowire.VarintType), uint64(d))
		}
		message = protowire.AppendVarint(protowire.AppendTag(message, 2, protowire.VarintType), 11)
		message = protowire.AppendString(protowire.AppendTag(message, 8, protowire.BytesType), t.Name)
		message = protowire.AppendBytes(protowire.AppendTag(message, 9, protowire.BytesType), raw)
		err := writeWhole(filepath.Join(folder, t.Name+".pb"), func(w io.Writer) error {
			_, err := w.Write(message)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
