package highs_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"rsm/solve/highs"
)

// Which of three items, of values 5, 4 and 3 and weights 4, 3 and 2, to take
// within a weight of 6?
func Example() {
	s, err := highs.New()
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	if err := s.SetOption("mip_rel_gap", "0"); err != nil {
		log.Fatal(err)
	}
	err = s.Pass(&highs.Model{
		Maximize: true,
		Cost:     []float64{5, 4, 3},
		Lo:       []float64{0, 0, 0},
		Up:       []float64{1, 1, 1},
		Integer:  []bool{true, true, true},
		RowLo:    []float64{math.Inf(-1)},
		RowUp:    []float64{6},
		Start:    []int32{0},
		Index:    []int32{0, 1, 2},
		Value:    []float64{4, 3, 2},
	})
	if err != nil {
		log.Fatal(err)
	}
	status, err := s.Run(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	x, _, _, _, err := s.Solution()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status, s.Objective(), s.DualBound())
	for j, v := range x {
		if math.Round(v) == 1 {
			fmt.Println("take item", j)
		}
	}
	// Output:
	// optimal 8 8
	// take item 0
	// take item 2
}
