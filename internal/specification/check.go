package specification

import (
	"fmt"
	"slices"

	"rsm/formula"
	"rsm/network"
)

// Options are the choices of Build.
type Options struct {
	// AsReal reads the floating-point types as real.
	AsReal bool
}

// errorf is an error at a place of the file.
func (s *Specification) errorf(at formula.Position, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if at.Line > 0 {
		err = fmt.Errorf("%v: %w", at, err)
	}
	if s.File == "" {
		return err
	}
	if at.Line > 0 {
		return fmt.Errorf("%s:%w", s.File, err)
	}
	return fmt.Errorf("%s: %w", s.File, err)
}

// CheckTypes says whether the declared types can be treated. It needs no
// network.
func (s *Specification) CheckTypes(opt Options) error {
	reals := 0
	for i := range s.Tensors {
		t := &s.Tensors[i]
		switch {
		case Real(t.Type):
			reals++
		case Floating(t.Type) && opt.AsReal:
		case Floating(t.Type):
			return s.errorf(t.At, "%s has type %s, whose rounding is %w: declare all tensors as real, or give --as-real, to ask about exact arithmetic", t.Name, t.Type, network.ErrUnsupported)
		default:
			return s.errorf(t.At, "%s has type %s, which is %w: supported is real", t.Name, t.Type, network.ErrUnsupported)
		}
		if t.Initialized {
			return s.errorf(t.At, "the default value of input %s is %w: constrain it by (== ...)", t.Name, network.ErrUnsupported)
		}
	}
	if reals > 0 && reals < len(s.Tensors) {
		return s.errorf(s.Tensors[0].At, "tensors of type real and of other types in one query: declare all as real")
	}
	for i := range s.Networks {
		n := &s.Networks[i]
		for _, kind := range []Kind{Input, Output} {
			if c := len(s.OfKind(i, kind)); c != 1 {
				return s.errorf(n.At, "network %s has %d %ss, which is %w: supported is one", n.Name, c, kind, network.ErrUnsupported)
			}
		}
	}
	return nil
}

// OfKind lists the tensors of a network of one kind.
func (s *Specification) OfKind(net int, kind Kind) []int {
	return slices.DeleteFunc(slices.Clone(s.Networks[net].Tensors), func(i int) bool { return s.Tensors[i].Kind != kind })
}

// HiddenNames lists the names in the model file of a network's hidden tensors,
// and of those of networks that are equal to it.
func (s *Specification) HiddenNames(net int) []string {
	var names []string
	for i := range s.Networks {
		if i != net && (s.Networks[i].Relation != EqualTo || s.Networks[i].To != net) {
			continue
		}
		for _, t := range s.OfKind(i, Hidden) {
			if name := s.Tensors[t].Node; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// checkModels checks the declarations against the model files.
func (b *builder) checkModels() error {
	for i := range b.spec.Networks {
		for _, k := range b.spec.Networks[i].Tensors {
			if err := b.checkTensor(i, k); err != nil {
				return err
			}
		}
		n := &b.spec.Networks[i]
		if n.Relation != IsomorphicTo {
			continue
		}
		if why := different(b.models[n.To].Operators, b.models[i].Operators); why != "" {
			return b.spec.errorf(n.At, "%s is no isomorphic network of %s: %s", b.models[i].File, b.models[n.To].File, why)
		}
	}
	return nil
}

// different says where two lists of operators differ, or "".
func different(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("operator %d is %s, not %s", i, b[i], a[i])
		}
	}
	if len(a) != len(b) {
		return fmt.Sprintf("it has %d operators, not %d", len(b), len(a))
	}
	return ""
}

// checkTensor checks one declaration. Types are not compared: all are read as
// real, of which the file's are an approximation. Dimensions of 1 may be left out or added,
// a note then says so.
func (b *builder) checkTensor(net, k int) error {
	t, file := &b.spec.Tensors[k], b.models[net].File
	m := b.tensor(k)
	if b.spec.Version == "1.0" && t.Kind == Output && t.Shape.Size() == 0 {
		return nil // a query of version 1.0 that is about inputs alone
	}
	if !t.Shape.Equal(m.Shape) {
		squeeze := func(s network.Shape) network.Shape {
			return slices.DeleteFunc(slices.Clone(s), func(d int) bool { return d == 1 })
		}
		if !squeeze(t.Shape).Equal(squeeze(m.Shape)) && (b.spec.Version != "1.0" || t.Shape.Size() != m.Shape.Size()) {
			return b.spec.errorf(t.At, "%s has shape %s, but the %s %q of %s has shape %v", t.Name, t.Dims(), t.Kind, m.Name, file, m.Shape)
		}
		if b.spec.Version != "1.0" {
			b.note("%s has shape %s, the %s of %s has shape %v: read as the same, for they differ by dimensions of 1", t.Name, t.Dims(), t.Kind, file, m.Shape)
		}
	}
	return nil
}

// tensor is the value of the model file that a declared tensor stands for.
func (b *builder) tensor(k int) network.Tensor {
	t := &b.spec.Tensors[k]
	m := b.models[t.Network]
	switch t.Kind {
	case Input:
		return m.Input
	case Output:
		return m.Output
	}
	return m.Hidden[t.Node]
}
