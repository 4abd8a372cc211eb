package rsm_test

import (
	"context"
	"fmt"
	"log"

	"rsm"
)

// The range of the log relative safety margin of a classifier of digits whose weights
// became 8-bit integers, against the original, around a sample.
func ExampleMargin() {
	n1, n2, samples := rsm.Demo()
	r, err := rsm.Margin(context.Background(), rsm.Question{
		N1: n1, N2: n2, Pairs: rsm.RunnerUp,
		Region: rsm.Ball(samples.Sample(3), 0.02).Clipped(0, 1),
	})
	if err != nil {
		log.Fatal(err)
	}
	p := r.Pairs[0]
	fmt.Printf("%v: log RSM from %.4f to %.4f, both %s", p.Classes(), p.Min.Proved, p.Max.Proved, p.Max.Status)
	// Output: 2:1: log RSM from -0.0187 to 0.0440, both exact
}

// Does the integer network decide whatever the original decides, where that has a
// margin of 0.1 against every other class?
func ExampleImply() {
	n1, n2, samples := rsm.Demo()
	r, err := rsm.Imply(context.Background(), rsm.Question{
		N1: n1, N2: n2, Direction: rsm.From2To1, Margin: "0.1",
		Region: rsm.Ball(samples.Sample(3), 0.02).Clipped(0, 1),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("class %d: %s", r.Claims[0].Class, r.Verdict)
	// Output: class 2: holds
}

// Do the logits differ by 0.05 at most?
func ExampleEquiv() {
	n1, n2, samples := rsm.Demo()
	r, err := rsm.Equiv(context.Background(), rsm.Question{
		N1: n1, N2: n2, EpsilonOutput: "0.05",
		Region: rsm.Ball(samples.Sample(3), 0.02).Clipped(0, 1),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, at an input of %d features", r.Verdict, len(r.Equiv.Witness))
	// Output: violated, at an input of 64 features
}

// The largest ball in which the integer network is not less safe by more than 0.05.
func ExampleRadius() {
	n1, n2, samples := rsm.Demo()
	r, err := rsm.Radius(context.Background(), rsm.Question{
		N1: n1, N2: n2, Property: rsm.KindMargin, AtLeast: "-0.05", Pairs: rsm.RunnerUp,
		Region: rsm.Region{Sample: samples.Sample(3)}.Clipped(0, 1), Tolerance: 0.001,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f", *r.Radius.Safe)
	// Output: 0.04
}

// What the relaxation of the paper and the one of both networks together prove of a
// range.
func ExampleBounds() {
	n1, n2, samples := rsm.Demo()
	r, err := rsm.Bounds(context.Background(), rsm.Question{
		N1: n1, N2: n2, Pairs: rsm.RunnerUp, Methods: []string{"lp", "difference", rsm.ExactMethod},
		Region: rsm.Ball(samples.Sample(3), 0.02).Clipped(0, 1),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range r.Rows {
		fmt.Printf("%s %.2f times as wide\n", row.Method, *row.Ratio)
	}
	// Output:
	// lp 20.88 times as wide
	// difference 1.56 times as wide
	// exact 1.00 times as wide
}

// Is there an input that one network of a query has for a two, and the other has not?
func ExampleVerify() {
	embedded := rsm.Reader{Files: rsm.DemoFiles()}
	r, err := embedded.Verify(context.Background(), "queries/digits.vnnlib",
		map[string]string{"f": "models/digits-int8.onnx", "g": "models/digits-original.onnx"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Answer)
	// Output: unsat
}
