package archive

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// check compares the entries with what pg_dump always writes. Every rule here
// holds for every good archive; a flag that would make pg_restore leave data
// out without a word breaks one of them.
func (t *TOC) check() error {
	utf := t.Encoding() == "UTF8"
	for i := range t.List {
		e := &t.List[i]
		for _, rule := range []string{e.checkText(utf), t.checkData(e), e.checkCopy(), t.checkTable(e), e.checkSequence()} {
			if rule != "" {
				part := fmt.Sprintf("table of contents, entry %d (%s)", i+1, clip(e.Desc+" "+e.Name()))
				return damaged(part, -1, "%s", rule)
			}
		}
	}
	return nil
}

// Encoding is the dump's client encoding, as PostgreSQL spells it.
func (t *TOC) Encoding() string {
	for i := range t.List {
		if t.List[i].Desc != "ENCODING" {
			continue
		}
		if _, v, ok := strings.Cut(t.List[i].Defn, "'"); ok {
			v, _, _ = strings.Cut(v, "'")
			return v
		}
	}
	return ""
}

func (e *Entry) checkText(utf bool) string {
	for _, v := range []string{e.Tag, e.Desc, e.Defn, e.Drop, e.Copy, e.Namespace, e.Owner, e.Tablespace, e.TableAM} {
		if strings.ContainsRune(v, 0) {
			return "a zero byte in its text"
		}
		if utf && !utf8.ValidString(v) {
			return "its text is not valid UTF-8"
		}
	}
	for _, r := range e.Desc {
		if (r < 'A' || r > 'Z') && r != ' ' {
			return fmt.Sprintf("%q is no kind of entry", clip(e.Desc))
		}
	}
	return ""
}

// IsBlobs says that the entry's data is a list of large objects.
func (e *Entry) IsBlobs() bool { return e.Desc == "BLOBS" }

// checkData: entries with data say so in three places that must agree.
func (t *TOC) checkData(e *Entry) string {
	// Statistics of PostgreSQL 18 are data too, but written as SQL.
	carries := e.Desc == "TABLE DATA" || e.Desc == "BLOBS" || e.Desc == "BLOB COMMENTS"
	switch {
	case carries && !e.HasData:
		return "it says that it has no data: pg_restore would leave it empty"
	case !carries && e.HasData && e.Desc != "STATISTICS DATA":
		return "it says that it has data, which this kind never has"
	case carries && t.Minor >= 11 && e.Section != SectionData:
		return "it is data, but filed in another section"
	}
	if t.Raw != rawCustom {
		if e.HasData != (e.File != "") {
			return "its data flag and its file name disagree"
		}
		return ""
	}
	if e.HasData == (e.Offset.State == OffsetNoData) {
		return "its data flag and its offset disagree: pg_restore would leave it empty"
	}
	return ""
}

// checkCopy: the COPY statement names the entry's own table.
func (e *Entry) checkCopy() string {
	if e.Desc != "TABLE DATA" || e.Copy == "" {
		return ""
	}
	c, err := ParseCopy(e.Copy)
	if err != nil {
		return err.Error()
	}
	// Partitions may be loaded through their root.
	if !strings.Contains(e.Defn, "load via partition root") && (c.Schema != e.Namespace || c.Table != e.Tag) {
		return fmt.Sprintf("its COPY statement fills %q", clip(c.Schema+"."+c.Table))
	}
	return ""
}

// checkTable: definitions name what they define; since archive version 1.14
// (PostgreSQL 12) always with the schema.
func (t *TOC) checkTable(e *Entry) string {
	switch e.Desc {
	case "TABLE", "SEQUENCE", "VIEW", "MATERIALIZED VIEW", "INDEX":
		if !strings.Contains(e.Defn, strings.ReplaceAll(e.Tag, `"`, `""`)) {
			return "its definition does not name it"
		}
		if n := e.Namespace; n != "" && t.Minor >= 14 && !strings.Contains(e.Defn, strings.ReplaceAll(n, `"`, `""`)) {
			return "its definition does not name its schema"
		}
	}
	return ""
}

// checkSequence: a sequence's value is set by setval.
func (e *Entry) checkSequence() string {
	if e.Desc == "SEQUENCE SET" && !strings.Contains(e.Defn, "setval") {
		return "it sets no sequence"
	}
	return ""
}
