// Package region says which inputs a question about two networks is about.
//
// A Region is a set of points x, and for each network the map from x to its own
// input. The points are those of a box, or the image of a box of parameters under a
// function of affine operators and ReLUs: brightness, contrast, patches and balls
// around a sample, clipped to the domain of the points. An L1 ball is such a box with
// a Budget. OfBox and Perturbation.Region make regions, and check what they are given.
//
// Networks see x through Maps. With Scale Mul / Div, Mean and Std, network k takes
//
//	u = permute((x Mul / Div - Mean) / Std),
//
// the permutation from the layout of x (all values of a channel together, or all of a
// pixel) to the network's. One of the networks may see another point instead of x, that
// differs from it by at most Apart, as two sensors or two ways of resizing an image do:
//
//	x' = min(max(x + d, lo), hi), |d_i| <= Apart_i,
//
// with Clip lo and hi where the region has a domain: all points of the domain within
// Apart of x. All of it is exact in real arithmetic, for the float64s that are given.
//
// Legend: a point is what the region consists of, in its own units; a view is the point
// that one network sees, x or x'; an input is what its first operator gets; a parameter
// is what the box is of. Where nothing makes points of parameters, they are the same.
package region
