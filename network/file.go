package network

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
)

// ErrUnsupported marks errors about files that are well formed but hold
// something that this program cannot treat.
var ErrUnsupported = errors.New("not supported")

// MaxFileSize is the largest file, in bytes, that a reader takes.
const MaxFileSize = 1 << 30

// ReadFile reads a whole regular file of at most limit bytes and returns its
// SHA-256 in hexadecimal.
func ReadFile(path string, limit int64) (data []byte, sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", err // names the path already
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, "", err
	}
	if info.IsDir() {
		return nil, "", fmt.Errorf("%s: is a folder; give a file", path)
	}
	data, err = io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", path, err)
	}
	if int64(len(data)) > limit {
		return nil, "", fmt.Errorf("%s: is larger than %d bytes", path, limit)
	}
	return data, Digest(data), nil
}

// Digest is the SHA-256 of data, in lower-case hexadecimal.
func Digest(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// Folder is a folder of the operating system whose files alone can be opened: unlike with
// os.DirFS, no symbolic link leads out of it.
func Folder(path string) fs.FS { return folder(path) }

type folder string

// Open implements fs.FS.
func (f folder) Open(name string) (fs.File, error) { return os.OpenInRoot(string(f), name) }

// Stat implements fs.StatFS.
func (f folder) Stat(name string) (fs.FileInfo, error) {
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Stat(name)
}

// Constants of networks and bounds of regions are zero or of a magnitude
// between these two, so that sums of products neither overflow nor vanish.
const (
	MinMagnitude = 0x1p-200
	MaxMagnitude = 0x1p+100
)

// CheckFinite says where a constant of a file is not a finite number, or one
// that no float64 computation with it could be trusted for.
func CheckFinite(values []float64) error {
	for i, v := range values {
		switch m := math.Abs(v); {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return fmt.Errorf("element %d is %v: constants must be finite numbers", i, v)
		case m > MaxMagnitude || m < MinMagnitude && m > 0:
			return fmt.Errorf("element %d is %v: constants other than zero must have a magnitude between %.0e and %.0e", i, v, MinMagnitude, MaxMagnitude)
		}
	}
	return nil
}
