package dashboard

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/ui/widget"
)

// sorting is how the workloads are ordered.
type sorting int

const (
	worstFirst sorting = iota
	dueFirst
	byName
)

func (o sorting) String() string {
	return [...]string{"worst first", "next test first", "by name"}[o]
}

// rank orders rows by how much they need somebody.
func (r *row) rank() int {
	switch {
	case r.err != nil:
		return 0
	case r.status == nil:
		return 2
	}
	switch r.status.Worst() {
	case drill.LevelBad:
		return 0
	case drill.LevelWarn:
		return 1
	}
	return 3
}

func worse(a, b *row) int {
	return cmp.Or(cmp.Compare(a.rank(), b.rank()), sooner(a, b), cmp.Compare(a.w.Tier, b.w.Tier))
}

// sooner orders by when a restore test is due; a test that never was comes
// first.
func sooner(a, b *row) int {
	switch {
	case a.status == nil && b.status == nil:
		return 0
	case a.status == nil:
		return 1
	case b.status == nil:
		return -1
	}
	return a.status.Due.Compare(b.status.Due)
}

// arrange sorts and filters the rows. The cursor stays with the workload that
// the operator chose; until then it is on the most overdue drill.
func (s *Screen) arrange() {
	was := s.selected()
	s.order = slices.Clone(s.rows)
	switch s.sort {
	case worstFirst:
		slices.SortStableFunc(s.order, worse)
	case dueFirst:
		slices.SortStableFunc(s.order, sooner)
	case byName:
		slices.SortStableFunc(s.order, func(a, b *row) int { return strings.Compare(a.name, b.name) })
	}
	if s.filter.Query() != "" {
		hits := s.matches(func(r *row) string { return r.name })
		if len(hits) == 0 {
			hits = s.matches(func(r *row) string { return widget.CleanLine(r.w.Kind + " " + r.w.Owner) })
		}
		s.order = hits
	}
	s.list.SetLen(len(s.order))
	if !s.moved {
		was = s.overdue()
	}
	if i := slices.Index(s.order, was); i >= 0 {
		s.list.To(i)
	}
}

// matches are the rows whose text the filter finds, best first.
func (s *Screen) matches(text func(*row) string) []*row {
	texts := make([]string, len(s.order))
	for i, r := range s.order {
		texts[i] = text(r)
	}
	var hits []*row
	for _, i := range s.filter.Apply(texts) {
		hits = append(hits, s.order[i])
	}
	return hits
}

// overdue is the row whose restore test is most overdue, or nil.
func (s *Screen) overdue() *row {
	var out *row
	for _, r := range s.order {
		if r.status == nil || r.err != nil || !r.status.Overdue {
			continue
		}
		if out == nil || sooner(r, out) < 0 {
			out = r
		}
	}
	return out
}
