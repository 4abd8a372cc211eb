package rsm

import (
	"rsm/network"
	"rsm/region"
)

// NetworkInfo describes a network that was asked about.
type NetworkInfo struct {
	Name       string             `json:"name"`
	File       string             `json:"file"`
	Format     string             `json:"format"`
	SHA256     string             `json:"sha256"`
	DataFiles  []network.DataFile `json:"data_files,omitempty"`
	Inputs     int                `json:"inputs"`
	Classes    int                `json:"classes"`
	ReLUs      int                `json:"relus"`
	Parameters int                `json:"parameters"`
	ClassNames []string           `json:"class_names,omitempty"`
	Notes      []string           `json:"notes,omitempty"`
}

// Describe describes a network, under a name.
func Describe(name string, n *Network) NetworkInfo {
	if n == nil || n.Graph == nil || len(n.Nodes) == 0 || len(n.Outputs) == 0 { // no file was read
		return NetworkInfo{Name: name}
	}
	return NetworkInfo{Name: name, File: n.File, Format: n.Format, SHA256: n.SHA256, DataFiles: n.Data, Inputs: n.InputSize(),
		Classes: n.Classes(), ReLUs: n.ReLUs(), Parameters: n.Parameters(), ClassNames: n.ClassNames, Notes: append([]string(nil), n.Notes...)}
}

// RegionInfo is the region that was asked about.
type RegionInfo struct {
	Description  string            `json:"description"`
	Source       RegionSource      `json:"source"`
	Sample       []Float           `json:"sample,omitempty"`
	Lower        []Float           `json:"lower"`
	Upper        []Float           `json:"upper"`
	Perturbation *PerturbationInfo `json:"perturbation,omitempty"`
	Maps         *MapsInfo         `json:"maps,omitempty"`
}

// Centre is the sample of inputs with parameters, and the centre of a box.
func (r *RegionInfo) Centre() []float64 {
	if r.Perturbation != nil {
		return Floats(r.Perturbation.Sample)
	}
	return region.Box{Lo: Floats(r.Lower), Hi: Floats(r.Upper)}.Center()
}

// AroundSample says whether the region is around a sample.
func (r *RegionInfo) AroundSample() bool {
	s := &r.Source
	return s.Input != "" || s.Epsilon != "" || s.Patch != "" || s.Brightness != 0 || s.Contrast != 0
}

// RegionSource says what the region was made of.
type RegionSource struct {
	Input         string    `json:"input,omitempty"`
	InputSHA256   string    `json:"input_sha256,omitempty"`
	Index         *int      `json:"index,omitempty"`
	Epsilon       string    `json:"epsilon,omitempty"`
	EpsilonSHA256 string    `json:"epsilon_sha256,omitempty"`
	Clip          *[2]Float `json:"clip,omitempty"`
	Box           string    `json:"box,omitempty"`
	BoxSHA256     []string  `json:"box_sha256,omitempty"`
	VNNLIB        string    `json:"vnnlib,omitempty"`
	VNNLIBSHA256  string    `json:"vnnlib_sha256,omitempty"`
	Norm          string    `json:"norm,omitempty"`
	Patch         string    `json:"patch,omitempty"`
	ImageShape    string    `json:"image_shape,omitempty"`
	Brightness    Float     `json:"brightness,omitempty"`
	Contrast      Float     `json:"contrast,omitempty"`
}

// PerturbationInfo says which inputs a region holds where these are not all between
// its lower and upper bounds.
type PerturbationInfo struct {
	Formula    string  `json:"formula"`
	Sample     []Float `json:"sample"`
	Mean       *Float  `json:"mean,omitempty"`
	Epsilon    []Float `json:"epsilon,omitempty"`
	L1         *Float  `json:"l1,omitempty"`
	Brightness Float   `json:"brightness"`
	Contrast   Float   `json:"contrast"`
	Parameters int     `json:"parameters"`
	Clipped    int     `json:"clipped"`
}

// Options is how it was asked.
type Options struct {
	Timeout     Float             `json:"timeout_seconds"`
	Jobs        int               `json:"jobs"`
	Engine      string            `json:"engine"`
	NodeLimit   int               `json:"node_limit"`
	Seed        uint64            `json:"seed"`
	Encoding    string            `json:"encoding,omitempty"`
	Gap         *Float            `json:"gap,omitempty"`
	RelativeGap *Float            `json:"relative_gap,omitempty"`
	AtLeast     Decimal           `json:"at_least,omitempty"`
	AtMost      Decimal           `json:"at_most,omitempty"`
	HiGHS       map[string]string `json:"highs,omitempty"`
	Methods     []string          `json:"methods,omitempty"`
	Class       string            `json:"class,omitempty"`
	AsReal      bool              `json:"as_real,omitempty"`
}
