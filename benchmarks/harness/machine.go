package harness

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// ThisMachine describes the machine, as far as it is easily known.
func ThisMachine() Machine {
	m := Machine{Cores: runtime.NumCPU(), OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version()}
	m.CPU = valueOf("/proc/cpuinfo", "model name")
	if kb, unit, _ := strings.Cut(valueOf("/proc/meminfo", "MemTotal"), " "); unit == "kB" {
		if n, err := strconv.ParseInt(kb, 10, 64); err == nil {
			m.Memory = n << 10
		}
	}
	return m
}

// valueOf finds the first line "key: value" of a file.
func valueOf(path, key string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
