package rsm

import (
	"runtime"
	"runtime/debug"

	"rsm/solve/highs"
)

// Tool says what made a result.
type Tool struct {
	Name           string            `json:"name"`
	Version        string            `json:"version"`
	Build          map[string]string `json:"build"`
	Solver         string            `json:"solver"`
	SolverVersion  string            `json:"solver_version"`
	SolverProvider string            `json:"solver_provider"`
	Platform       string            `json:"platform"`
}

// NewTool describes this program.
func NewTool() Tool {
	return Tool{Name: "rsm", Version: Version(), Build: buildSettings(), Solver: "HiGHS",
		SolverVersion: highs.Version(), SolverProvider: highs.Provider, Platform: runtime.GOOS + "/" + runtime.GOARCH}
}

// release is the version of the sources; the build information adds the revision where
// there is one.
const release = "0.1.0"

// Version is the module's version, or the release with the revision that the program
// was built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	b := buildSettings()
	v := release
	if rev := b["vcs.revision"]; rev != "" {
		v += "+" + rev[:min(12, len(rev))]
		if b["vcs.modified"] == "true" {
			v += ".modified"
		}
	}
	return v
}

// buildSettings are those parts of the build information that tell how the program was
// made.
func buildSettings() map[string]string {
	settings := map[string]string{"go": runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision", "vcs.time", "vcs.modified", "-tags", "GOARCH", "GOOS", "GOAMD64":
				settings[s.Key] = s.Value
			}
		}
	}
	return settings
}
