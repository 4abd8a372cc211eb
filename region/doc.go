// Package region says which inputs a question is about.
//
// A region is a box of inputs, or the image of a box of parameters under a
// function of affine operators and ReLUs: brightness, contrast, patches and balls
// around a sample, clipped to the domain of the inputs. An L1 ball is such a box
// with a Budget.
package region
