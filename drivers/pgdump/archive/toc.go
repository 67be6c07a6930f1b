package archive

import (
	"errors"
	"fmt"
	"io"
)

// States of an entry's offset in a custom archive.
const (
	OffsetNotSet = 1 // written to a pipe, or pg_dump did not live to set it
	OffsetSet    = 2
	OffsetNoData = 3
)

// Offset is where an entry's data lies in a custom archive.
type Offset struct {
	State int
	Pos   int64
}

// Sections of an entry.
const (
	SectionNone = 1
	SectionPre  = 2
	SectionData = 3
	SectionPost = 4
)

// Entry is one item of the table of contents.
type Entry struct {
	ID         int
	HasData    bool
	CatalogID  int64
	OID        int64
	Tag        string
	Desc       string // TABLE, TABLE DATA, INDEX …
	Section    int
	Defn       string
	Drop       string
	Copy       string // COPY … FROM stdin; empty: INSERTs or no data
	Namespace  string
	Tablespace string
	TableAM    string
	Owner      string
	Deps       []int
	Offset     Offset // custom archives
	File       string // directory and tar archives
}

// Name is schema.tag, or the tag alone.
func (e *Entry) Name() string {
	if e.Namespace == "" {
		return e.Tag
	}
	return e.Namespace + "." + e.Tag
}

// TOC is a table of contents.
type TOC struct {
	Head
	List []Entry
	Size int64 // bytes that head and entries take

	byID map[int]int
}

// ByID finds an entry.
func (t *TOC) ByID(id int) (*Entry, bool) {
	i, ok := t.byID[id]
	if !ok {
		return nil, false
	}
	return &t.List[i], true
}

// ReadTOC reads head and table of contents, strictly: what pg_restore would
// pass over (an odd flag, a state that hides data) is Damage here.
func ReadTOC(r io.Reader) (*TOC, error) { return readTOC(newScanner(r)) }

func readTOC(s *scanner) (*TOC, error) {
	h, err := readHead(s)
	if err != nil {
		return nil, err
	}
	t := &TOC{Head: h, byID: map[int]int{}}
	for i := range h.Entries {
		at := s.at
		e, err := readEntry(s, h)
		if err != nil {
			return nil, entryError(i, e, at, err)
		}
		if _, dup := t.byID[e.ID]; dup {
			return nil, damaged("table of contents", at, "two entries have the number %d", e.ID)
		}
		t.byID[e.ID] = len(t.List)
		t.List = append(t.List, e)
	}
	t.Size = s.at
	return t, t.check()
}

func entryError(i int, e Entry, at int64, err error) error {
	part := fmt.Sprintf("table of contents, entry %d", i+1)
	if e.Tag != "" {
		part += " (" + clip(e.Desc+" "+e.Name()) + ")"
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return cutOff(part, at, err)
	}
	return damaged(part, at, "%v", err)
}

// readEntry reads one entry in the order in which pg_dump writes it.
func readEntry(s *scanner, h Head) (Entry, error) {
	var e Entry
	steps := []func(*scanner, Head) error{e.readIDs, e.readTexts, e.readDeps, e.readPlace}
	for _, step := range steps {
		if err := step(s, h); err != nil {
			return e, unexpected(err)
		}
	}
	return e, nil
}

func (e *Entry) readIDs(s *scanner, _ Head) error {
	var err error
	if e.ID, err = s.integer(); err != nil {
		return err
	}
	if e.ID <= 0 {
		return fmt.Errorf("its number is %d", e.ID)
	}
	data, err := s.integer()
	if err != nil {
		return err
	}
	if data != 0 && data != 1 {
		return fmt.Errorf("data flag is %d", data)
	}
	e.HasData = data == 1
	if e.CatalogID, _, err = s.number(); err != nil {
		return err
	}
	e.OID, _, err = s.number()
	return err
}

func (e *Entry) readTexts(s *scanner, h Head) error {
	if err := readAll(s, &e.Tag, &e.Desc); err != nil {
		return err
	}
	if h.Minor >= 11 {
		n, err := s.integer()
		if err != nil {
			return err
		}
		if n < SectionNone || n > SectionPost {
			return fmt.Errorf("section %d is not known", n)
		}
		e.Section = n
	}
	if err := readAll(s, &e.Defn, &e.Drop, &e.Copy, &e.Namespace, &e.Tablespace); err != nil {
		return err
	}
	if h.Minor >= 14 {
		if err := readAll(s, &e.TableAM); err != nil {
			return err
		}
	}
	if h.Minor >= 16 {
		if _, err := s.integer(); err != nil { // kind of relation
			return err
		}
	}
	var oids string
	if err := readAll(s, &e.Owner, &oids); err != nil {
		return err
	}
	if oids != "true" && oids != "false" {
		return fmt.Errorf("flag is %q, neither true nor false", clip(oids))
	}
	return nil
}

func (e *Entry) readDeps(s *scanner, _ Head) error {
	for {
		n, null, err := s.number()
		if err != nil || null {
			return err
		}
		e.Deps = append(e.Deps, int(n))
	}
}

// readPlace reads where the data lies: an offset or a file's name.
func (e *Entry) readPlace(s *scanner, h Head) error {
	var err error
	if h.Raw == rawCustom {
		e.Offset, err = s.offset()
		return err
	}
	e.File, _, err = s.text()
	return err
}

func readAll(s *scanner, to ...*string) error {
	for _, p := range to {
		v, _, err := s.text()
		if err != nil {
			return err
		}
		*p = v
	}
	return nil
}
