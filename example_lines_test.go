package rsm_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// Asking takes few lines: that is what the package is for.
func TestExamplesAreShort(t *testing.T) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "example_test.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	most := map[string]int{"ExampleMargin": 12, "ExampleImply": 12, "ExampleEquiv": 12, "ExampleRadius": 12, "ExampleBounds": 12, "ExampleVerify": 8}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || most[f.Name.Name] == 0 {
			continue
		}
		first, last := f.Body.List[0], f.Body.List[len(f.Body.List)-1]
		if n := files.Position(last.End()).Line - files.Position(first.Pos()).Line + 1; n > most[f.Name.Name] {
			t.Errorf("%s has %d lines, %d at most", f.Name.Name, n, most[f.Name.Name])
		}
		delete(most, f.Name.Name)
	}
	for name := range most {
		t.Errorf("there is no %s", name)
	}
}
