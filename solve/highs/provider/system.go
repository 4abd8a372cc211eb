//go:build highs_system

package provider

// The pkg-config directive of this module is used, none of its Go API.
import _ "github.com/lanl/highs"

// Name says where HiGHS comes from: "embedded", a static library that a Go
// module carries, or "system", what pkg-config finds (build tag highs_system).
const Name = "system"
