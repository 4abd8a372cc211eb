//go:build !highs_system

package highs

// The embedded static HiGHS of gohighs. Only the library that its cgo
// directive links is used, none of its Go API.
import _ "github.com/bartolsthoorn/gohighs/highs"

// Provider says where HiGHS comes from.
const Provider = "embedded"
