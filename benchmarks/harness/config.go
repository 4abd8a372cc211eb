package harness

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

const maxConfigSize = 1 << 20 // bytes

// Config is a way to ask the instances of a suite.
type Config struct {
	Name    string   `json:"-"`
	Command string   `json:"command"` // margin or bounds
	Args    []string `json:"args"`
	About   string   `json:"about"`
}

var configName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// asked are the flags that an instance and the run give.
var asked = []string{"input", "index", "epsilon", "e", "clip", "box", "vnnlib", "pairs", "label", "timeout", "format", "out", "o", "quiet", "q", "help", "h"}

// ReadConfigs reads the configs of a JSON file, by name.
func ReadConfigs(path string) (map[string]Config, error) {
	data, err := readLimited(path, maxConfigSize)
	if err != nil {
		return nil, err
	}
	configs, err := parseConfigs(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return configs, nil
}

func parseConfigs(data []byte) (map[string]Config, error) {
	var configs map[string]Config
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&configs); err != nil {
		return nil, fmt.Errorf("is no list of configs: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the configs")
	}
	for name, c := range configs {
		c.Name = name
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("config %q: %w", name, err)
		}
		configs[name] = c
	}
	return configs, nil
}

func (c *Config) check() error {
	if !configName.MatchString(c.Name) || len(c.Name) > maxNameSize {
		return errors.New("the name may have letters, digits and . _ - only")
	}
	if c.Command != "margin" && c.Command != "bounds" {
		return fmt.Errorf("command %q: give margin or bounds", c.Command)
	}
	for _, arg := range c.Args {
		flag, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case arg == "--" || arg == "":
			return fmt.Errorf("argument %q has no place here", arg)
		case strings.HasPrefix(arg, "-") && slices.Contains(asked, flag):
			return fmt.Errorf("argument %s is for the instances and the run to give", arg)
		}
	}
	return nil
}
