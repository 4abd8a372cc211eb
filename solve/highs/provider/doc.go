// Package provider links HiGHS: by default the static library that a Go module carries,
// with the build tag highs_system the one that pkg-config finds.
package provider

import "C" // compiles constants.c
