package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// special says whether a path leads to something that is there and no regular
// file, such as a device or a pipe: that is written to, never replaced.
func special(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular()
}

// writeWhole writes a file whole or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	return renameWhole(path, func(temporary string) error {
		f, err := os.Create(temporary)
		if err != nil {
			return err
		}
		defer f.Close()
		w := bufio.NewWriter(f)
		if err := write(w); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if !special(temporary) { // pipes and devices cannot be synced
			if err := f.Sync(); err != nil {
				return err
			}
		}
		return f.Close()
	})
}

// renameWhole has a file written under a temporary name with the same ending
// in the same folder, and then renames it. Links are followed. Errors name the file that
// was asked for.
func renameWhole(path string, write func(temporary string) error) error {
	if special(path) {
		return write(path)
	}
	asked := path
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".rsm-*")
	if err != nil {
		return fmt.Errorf("%s: cannot write in its folder: %w", path, err)
	}
	defer os.RemoveAll(dir)
	temporary := filepath.Join(dir, "new"+filepath.Ext(path))
	if err := write(temporary); err != nil {
		return ofFile(asked, err)
	}
	return ofFile(asked, os.Rename(temporary, path))
}

// ofFile says of a file what an error says of its temporary name.
func ofFile(path string, err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return fmt.Errorf("%s: %w", path, p.Err)
	case errors.As(err, &l):
		return fmt.Errorf("%s: %w", path, l.Err)
	}
	return err
}

// checkWritable finds out early that a file cannot be written.
func checkWritable(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s: is a folder; give a file", path)
	}
	if special(path) {
		return nil
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".rsm-*")
	if err != nil {
		return fmt.Errorf("%s: cannot write in its folder: %w", path, err)
	}
	return os.Remove(dir)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
