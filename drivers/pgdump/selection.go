package pgdump

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// selection is the part of a table of contents that a restore of single
// tables takes. pg_restore's own -t would leave out indexes, constraints,
// sequences, triggers, and the types and functions that the table needs.
type selection struct {
	toc      *archive.TOC
	ids      map[int]bool
	tables   []*archive.Entry
	warnings []string
}

// Kinds that belong to a table.
var belongings = []string{
	"TABLE DATA", "SEQUENCE", "SEQUENCE OWNED BY", "SEQUENCE SET", "DEFAULT", "CONSTRAINT", "CHECK CONSTRAINT",
	"FK CONSTRAINT", "INDEX", "INDEX ATTACH", "TABLE ATTACH", "TRIGGER", "RULE", "POLICY", "ROW SECURITY",
	"COMMENT", "ACL", "SECURITY LABEL", "STATISTICS", "STATISTICS DATA", "MATERIALIZED VIEW DATA",
}

// Kinds whose dependencies reach other tables: they go with the table that
// their tag begins with, and only if the others are restored too.
var crossing = []string{"FK CONSTRAINT", "RULE", "TRIGGER", "POLICY", "TABLE ATTACH", "INDEX ATTACH"}

// Kinds that are a table to the one who asks for it.
var tableKinds = []string{"TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW"}

// selectTables finds all entries of the tables. live: what tables share with
// others (types, functions, schemas) is there and is not touched.
func selectTables(toc *archive.TOC, names []string, live bool) (*selection, error) {
	s := &selection{toc: toc, ids: map[int]bool{}}
	for _, n := range names {
		if err := s.addTable(n); err != nil {
			return nil, err
		}
	}
	s.addPartitions()
	s.addBelongings()
	if !live {
		s.addNeeds()
	}
	s.dropDangling(live)
	return s, nil
}

func (s *selection) addTable(want string) error {
	var hits []*archive.Entry
	var near []string
	for i := range s.toc.List {
		e := &s.toc.List[i]
		if !slices.Contains(tableKinds, e.Desc) {
			continue
		}
		near = append(near, e.Name())
		if e.Name() == want || e.Tag == want || archive.QuoteIdent(e.Namespace)+"."+archive.QuoteIdent(e.Tag) == want {
			hits = append(hits, e)
		}
	}
	switch len(hits) {
	case 0:
		return fail("plan", want, fmt.Errorf("table %s is not in the dump: %w", want, drivers.ErrNotFound),
			"tables in it: "+strings.Join(near[:min(len(near), 20)], ", "))
	case 1:
	default:
		return fail("plan", want, fmt.Errorf("%d tables are called %s: %w", len(hits), want, drivers.ErrNotFound),
			"name the schema too, as in "+hits[0].Name())
	}
	if !s.ids[hits[0].ID] {
		s.ids[hits[0].ID] = true
		s.tables = append(s.tables, hits[0])
	}
	return nil
}

// addPartitions adds the partitions of the tables, and theirs.
func (s *selection) addPartitions() {
	for grown := true; grown; {
		grown = false
		for i := range s.toc.List {
			e := &s.toc.List[i]
			if e.Desc != "TABLE ATTACH" || !s.anyDep(e) {
				continue
			}
			for _, id := range e.Deps {
				child, ok := s.toc.ByID(id)
				if ok && !s.ids[id] && child.Desc == "TABLE" && child.Tag == e.Tag {
					s.ids[id] = true
					s.tables = append(s.tables, child)
					grown = true
				}
			}
		}
	}
}

func (s *selection) anyDep(e *archive.Entry) bool {
	return slices.ContainsFunc(e.Deps, func(id int) bool { return s.ids[id] })
}

// addBelongings adds what depends on the tables and belongs to them.
func (s *selection) addBelongings() {
	for grown := true; grown; {
		grown = false
		for i := range s.toc.List {
			e := &s.toc.List[i]
			if s.ids[e.ID] || !slices.Contains(belongings, e.Desc) || !s.anyDep(e) || !s.owns(e) {
				continue
			}
			s.ids[e.ID] = true
			grown = true
		}
	}
}

// owns says whether a crossing entry is of one of the tables.
func (s *selection) owns(e *archive.Entry) bool {
	if !slices.Contains(crossing, e.Desc) {
		return true
	}
	return strings.HasSuffix(e.Desc, "ATTACH") || slices.ContainsFunc(s.tables, func(t *archive.Entry) bool {
		return t.Namespace == e.Namespace && strings.HasPrefix(e.Tag, t.Tag+" ")
	})
}

// addNeeds adds what the entries need: types, functions, schemas, extensions.
// Other tables are taken without their data.
func (s *selection) addNeeds() {
	for grown := true; grown; {
		grown = false
		for i := range s.toc.List {
			e := &s.toc.List[i]
			if !s.ids[e.ID] || e.Desc == "FK CONSTRAINT" || strings.HasSuffix(e.Desc, "ATTACH") {
				continue
			}
			for _, id := range e.Deps {
				need, ok := s.toc.ByID(id)
				if !ok || s.ids[id] || need.HasData {
					continue
				}
				s.ids[id] = true
				grown = true
				if slices.Contains(tableKinds, need.Desc) {
					s.warnings = append(s.warnings, fmt.Sprintf("%s needs %s: it is made too, empty", e.Name(), need.Name()))
				}
			}
		}
	}
}

// dropDangling leaves out what would refer to something that is not restored.
func (s *selection) dropDangling(live bool) {
	for i := range s.toc.List {
		e := &s.toc.List[i]
		if !s.ids[e.ID] || !slices.Contains(crossing, e.Desc) || live {
			continue
		}
		whole := !slices.ContainsFunc(e.Deps, func(id int) bool {
			_, there := s.toc.ByID(id)
			return there && !s.ids[id]
		})
		if !whole {
			delete(s.ids, e.ID)
			s.warnings = append(s.warnings, fmt.Sprintf("left out: %s %s, it refers to a table that is not restored",
				strings.ToLower(e.Desc), e.Tag))
		}
	}
}

// list is what pg_restore -L reads: the entries in the dump's order.
func (s *selection) list() string {
	var b strings.Builder
	for i := range s.toc.List {
		if e := &s.toc.List[i]; s.ids[e.ID] {
			fmt.Fprintf(&b, "%d; %d %d %s\n", e.ID, e.CatalogID, e.OID, e.Desc)
		}
	}
	return b.String()
}

// pattern finds the same lines in the output of pg_restore -l.
func (s *selection) pattern() string {
	var ids []string
	for i := range s.toc.List {
		if id := s.toc.List[i].ID; s.ids[id] {
			ids = append(ids, fmt.Sprint(id))
		}
	}
	return "^(" + strings.Join(ids, "|") + ");"
}
