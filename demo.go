package rsm

import (
	"embed"
	"fmt"
	"io/fs"

	"rsm/network"
)

// Names of the demo's files.
const (
	DemoN1      = "digits-int8.onnx"
	DemoN2      = "digits-original.onnx"
	DemoSamples = "digits-x.npy"
)

//go:embed benchmarks/twins/models/digits-int8.onnx benchmarks/twins/models/digits-original.onnx
//go:embed benchmarks/twins/samples/digits-x.npy benchmarks/twins/queries/digits.vnnlib
var demoFiles embed.FS

// DemoFiles are the embedded files of Demo, models/digits-int8.onnx,
// models/digits-original.onnx and samples/digits-x.npy, and a query about the models as
// networks f and g, queries/digits.vnnlib.
func DemoFiles() fs.FS {
	files, err := fs.Sub(demoFiles, "benchmarks/twins")
	if err != nil {
		panic(err) // it is part of the program
	}
	return files
}

// Demo is an embedded pair of twins, with samples: a classifier of 8x8 handwritten
// digits, and N1, its copy with weights rounded to 8-bit integers. The classes are the
// digits, the features from 0 to 1.
func Demo() (n1, n2 *Network, samples *Samples) {
	files := DemoFiles()
	read := func(folder, name string) []byte {
		data, err := fs.ReadFile(files, folder+"/"+name)
		if err != nil {
			panic(err) // it is part of the program
		}
		return data
	}
	model := func(name string) *Network {
		n, err := ReadBytes(name, read("models", name))
		if err != nil {
			panic(fmt.Sprint("embedded ", err))
		}
		n.File = "embedded " + name
		return n
	}
	data := read("samples", DemoSamples)
	samples, err := decodeSamples("embedded "+DemoSamples, data, network.Digest(data))
	if err != nil {
		panic(err)
	}
	return model(DemoN1), model(DemoN2), samples
}
