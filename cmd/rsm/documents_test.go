package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rsm/internal/npy"
)

// elsewhere are commands of the documents that are not run here.
var elsewhere = map[string]string{
	"go run ./cmd/rsm demo": "the continuous integration runs it",
	"go test ./...":         "it is what runs",
	"go install ./cmd/rsm":  "it is what was built for this",
}

// TestDocuments runs the commands in README.md and examples/README.md as they stand there, in
// order, in a folder that has what the repository has and the files that are named only as
// examples. Output that a document shows is what the command prints, but for times.
func TestDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("the commands of the documents take a minute")
	}
	for _, document := range []string{"README.md", "examples/README.md"} {
		t.Run(document, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("..", "..", document))
			if err != nil {
				t.Fatal(err)
			}
			folder := documentFolder(t)
			commands := documentCommands(string(data))
			if len(commands) < 4 {
				t.Fatalf("%d commands only", len(commands))
			}
			for _, c := range commands {
				name := strings.Join(strings.Fields(c.command)[:2], " ")
				t.Run(name, func(t *testing.T) {
					if why := elsewhere[strings.TrimSpace(regexp.MustCompile(`\s#.*`).ReplaceAllString(c.command, ""))]; why != "" {
						t.Skip(why)
					}
					if strings.Contains(c.command, "python ") {
						needPython(t, "sklearn, onnx, onnxruntime")
					}
					c.run(t, folder)
				})
			}
		})
	}
}

// TestExamples runs the scripts that bring models in, and the command that each ends with.
func TestExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("networks are trained")
	}
	for script, modules := range map[string]string{
		"from_sklearn.py": "sklearn, onnx", "from_pytorch.py": "sklearn, torch, onnxscript", "from_keras.py": "sklearn, keras, tf2onnx", "quantize.py": "onnx, onnxruntime",
	} {
		t.Run(script, func(t *testing.T) {
			needPython(t, modules)
			folder := documentFolder(t)
			out := documentCommand{command: "python examples/" + script + " build"}.run(t, folder)
			lines := strings.Split(strings.TrimSpace(out), "\n")
			last := lines[len(lines)-1]
			if !strings.HasPrefix(last, "rsm margin build/") {
				t.Fatalf("it does not end with a command: %s", out)
			}
			answer := documentCommand{command: last + " --timeout 10s"}.run(t, folder)
			if !strings.Contains(answer, "log RSM") {
				t.Errorf("no answer: %s", answer)
			}
		})
	}
}

// needPython skips a test where RSM_PYTHON is not set to a Python that has the modules.
func needPython(t *testing.T, modules string) {
	t.Helper()
	python := os.Getenv("RSM_PYTHON")
	if python == "" || exec.Command(python, "-c", "import "+modules).Run() != nil {
		t.Skipf("RSM_PYTHON has no %s: see examples/README.md", modules)
	}
}

// documentCommand is a command of a document and the lines that it shows of its output.
type documentCommand struct {
	command string
	shown   []string
}

// documentCommands finds the commands in indented blocks: lines that start with the name of a
// program, after "$ " or not, with those that a backslash joins to them. Other lines of a block
// after a command are its output, and so is a block of which no line is a command.
func documentCommands(text string) []documentCommand {
	var commands []documentCommand
	program := regexp.MustCompile(`^    (\$ )?((rsm|go|python|benchmarks/twins/\.venv/bin/python) .*)`)
	lines := strings.Split(text, "\n")
	output := false // whether an indented line belongs to the last command
	for k := 0; k < len(lines); k++ {
		if m := program.FindStringSubmatch(lines[k]); m != nil {
			command := m[2]
			for strings.HasSuffix(command, `\`) && k+1 < len(lines) {
				k++
				command = strings.TrimSuffix(command, `\`) + strings.TrimSpace(lines[k])
			}
			commands = append(commands, documentCommand{command: command})
			output = true
			continue
		}
		if !strings.HasPrefix(lines[k], "    ") {
			output = output && lines[k] == ""
			continue
		}
		if line := strings.TrimSpace(lines[k]); output && line != "..." {
			last := &commands[len(commands)-1]
			last.shown = append(last.shown, line)
		}
	}
	return commands
}

// run runs a command and returns what it prints. The environment of benchmarks/twins is that of
// RSM_PYTHON.
func (c documentCommand) run(t *testing.T, folder string) string {
	t.Helper()
	command := strings.Replace(c.command, "benchmarks/twins/.venv/bin/python", "python", 1)
	if strings.HasPrefix(command, "python ") {
		command = `"$RSM_PYTHON"` + strings.TrimPrefix(command, "python")
	}
	cmd := exec.Command("bash", "-c", command)
	cmd.Dir = folder
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", c.command, err, stdout.String(), stderr.String())
	}
	printed := map[string]bool{}
	for line := range strings.Lines(stdout.String()) {
		printed[timeless(line)] = true
	}
	// At a time limit bounds are what they are, and other processors round float32 otherwise.
	if !strings.Contains(c.command, "--timeout") && !strings.Contains(c.command, "replay.py") {
		for _, line := range c.shown {
			if !printed[timeless(line)] {
				t.Errorf("%s: it does not print\n%s\nbut\n%s", c.command, line, stdout.String())
			}
		}
	}
	return stdout.String()
}

var (
	printedTime = regexp.MustCompile(`\d+\.\d+ s\b`)
	spaces      = regexp.MustCompile(`\s+`)
)

// timeless is a line of output without its times.
func timeless(line string) string {
	return printedTime.ReplaceAllString(spaces.ReplaceAllString(strings.TrimSpace(line), " "), "S s")
}

// documentFolder has links to what the repository has, and the files that documents name only as
// examples: two networks for images in colour, an image, and a query about both.
func documentFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"benchmarks", "examples"} {
		target, err := filepath.Abs(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Skip(err)
		}
	}
	image := npy.Array{Shape: []int{1, 4, 4, 3}}
	for k := range 48 {
		image.Data = append(image.Data, float64(k*37%256))
	}
	if err := npy.Write(filepath.Join(folder, "images.npy"), image); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"original.onnx": imageNet(0), "pruned.onnx": imageNet(0.25), "difference.vnnlib": []byte(differenceQuery()),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// imageNet is a convolutional network for images of 3x4x4; change is added to one of its weights.
func imageNet(change float64) []byte {
	kernel := make([]float64, 2*3*3*3)
	for k := range kernel {
		kernel[k] = float64(k*5%7-3) / 8
	}
	return onnxModelOf([]int{1, 3, 4, 4},
		field(nil, 5, tensorProto("kernel", []int{2, 3, 3, 3}, kernel)),
		onnxNode("conv", "Conv", "x", "kernel", "h"),
		onnxNode("relu", "Relu", "h", "", "a"),
		onnxNode("flatten", "Flatten", "a", "", "f"),
		gemm("out", "f", "y", 8, 3, change))
}

// differenceQuery asks whether the first outputs of two such networks differ by more than 0.1
// near an input.
func differenceQuery() string {
	var q strings.Builder
	q.WriteString("(vnnlib-version <2.0>)\n")
	for _, name := range []string{"f", "g"} {
		fmt.Fprintf(&q, "(declare-network %s (declare-input X_%s real [1,3,4,4]) (declare-output Y_%s real [1,3]))\n", name, name, name)
	}
	for row := range 4 {
		for column := range 12 {
			at := fmt.Sprintf("[0,%d,%d,%d]", column/4, row, column%4)
			fmt.Fprintf(&q, "(assert (and (>= X_f%s 0.4) (<= X_f%s 0.5) (== X_f%s X_g%s)))\n", at, at, at, at)
		}
	}
	q.WriteString("(assert (or (> (- Y_f[0,0] Y_g[0,0]) 0.1) (< (- Y_f[0,0] Y_g[0,0]) -0.1)))\n")
	return q.String()
}
