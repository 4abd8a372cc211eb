package contract_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rsm/solve/highs"
)

// The prototypes of capi.h are those of the header of the library in use.
func TestPrototypes(t *testing.T) {
	output := func(name string, args ...string) []string {
		t.Helper()
		out, err := exec.Command(name, args...).Output()
		if err != nil {
			t.Skipf("%s: %v", name, err)
		}
		return strings.Fields(string(out))
	}
	var flags []string
	if highs.Provider == "embedded" {
		dir := output("go", "list", "-m", "-f", "{{.Dir}}", "github.com/bartolsthoorn/gohighs")
		if len(dir) != 1 {
			t.Skip("the module with the header is not in the module cache")
		}
		include := filepath.Join(dir[0], "internal", "highs", "include")
		flags = []string{"-I" + include, "-DHIGHS_C_API=\"highs_c_api.h\""}
	} else {
		tool := output("go", "env", "PKG_CONFIG")
		flags = append(output(tool[0], "--cflags", "highs"), "-DHIGHS_C_API=\"interfaces/highs_c_api.h\"")
	}
	cc := output("go", "env", "CC")
	args := append(append(cc[1:], flags...), "-fsyntax-only", "-w", filepath.Join("testdata", "prototypes.c"))
	if out, err := exec.Command(cc[0], args...).CombinedOutput(); err != nil {
		t.Errorf("capi.h contradicts the header of HiGHS %s: %v\n%s", highs.Version(), err, out)
	}
}
