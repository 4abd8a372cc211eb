//go:build highs_system

package highs

// The HiGHS that pkg-config finds, linked by the cgo directive of this module.
// None of its Go API is used.
import _ "github.com/lanl/highs"

// Provider says where HiGHS comes from.
const Provider = "system"
