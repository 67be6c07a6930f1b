package archive

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// The files in testdata were made by pg_dump 15 of one database: table t of 20
// rows, empty table e, one large object.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(b []byte) (*TOC, Report, error) {
	return ReadCustom(context.Background(), bytes.NewReader(b), nil)
}

func TestReadCustom(t *testing.T) {
	for name, blind := range map[string]bool{"tiny.dump": false, "tiny0.dump": true} {
		toc, rep, err := read(fixture(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if toc.Database != "tiny" || toc.Encoding() != "UTF8" || rep.Rows != 20 || rep.Tables != 2 || rep.Blobs != 1 || (rep.Blind != "") != blind {
			t.Errorf("%s: %+v %+v", name, toc.Head, rep)
		}
		if toc.Created.Year() != 2026 || len(toc.List) != toc.Entries {
			t.Errorf("%s: %+v", name, toc.Head)
		}
	}
}

// TestEveryCut: an archive cut off anywhere is never taken for whole.
func TestEveryCut(t *testing.T) {
	for _, name := range []string{"tiny.dump", "tiny0.dump"} {
		b := fixture(t, name)
		for n := range b {
			var d *Damage
			if _, _, err := read(b[:n]); !errors.As(err, &d) || d.What == "" {
				t.Fatalf("%s cut at %d of %d: %v", name, n, len(b), err)
			}
		}
	}
	b := fixture(t, "tiny.tar")
	for n := 0; n < len(b); n += 7 {
		if _, _, err := ReadTar(context.Background(), bytes.NewReader(b[:n]), nil); err == nil {
			t.Fatalf("tar cut at %d of %d is taken for whole", n, len(b))
		}
	}
	for _, name := range []string{"tiny.sql", "inserts.sql"} {
		b := fixture(t, name)
		end := bytes.Index(b, []byte(plainEnd))
		for n := range end {
			if _, err := ReadScript(context.Background(), bytes.NewReader(b[:n]), nil); err == nil {
				t.Fatalf("%s cut at %d of %d is taken for whole", name, n, len(b))
			}
		}
	}
}

// TestFlips: a changed bit in the data is seen; of those in the table of
// contents, more than half: the others change a letter of a definition, which
// only a manifest can tell. The one exception in the data are the bits that
// fill up the last byte of a compressed run: they mean nothing.
func TestFlips(t *testing.T) {
	b := fixture(t, "tiny.dump")
	toc, _, err := read(b)
	if err != nil {
		t.Fatal(err)
	}
	missed, all := 0, 0
	for i := range b {
		inData := int64(i) >= toc.Size
		for bit := range 8 {
			if !inData && bit != i%8 {
				continue
			}
			c := bytes.Clone(b)
			c[i] ^= 1 << bit
			_, _, err := read(c)
			switch {
			case !inData:
				all++
				if err == nil {
					missed++
				}
			case err == nil && !fillsUp(b, i):
				t.Errorf("bit %d of byte %d in the data is not seen", bit, i)
			}
		}
	}
	t.Logf("head and table of contents: %d of %d changed bits are not seen", missed, all)
	if missed*2 > all {
		t.Error("less than half of the changes in the table of contents are seen")
	}
}

// fillsUp says that b[i] is the last byte of a compressed run: its checksum of
// four bytes and the chunk of length 0 follow.
func fillsUp(b []byte, i int) bool {
	return i+10 <= len(b) && bytes.Equal(b[i+5:i+10], make([]byte, 5))
}

// TestFlagsThatHideData: pg_restore would leave a table out without a word.
func TestFlagsThatHideData(t *testing.T) {
	toc, _, err := read(fixture(t, "tiny.dump"))
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(e *Entry){
		"no data":       func(e *Entry) { e.HasData = false },
		"offset state":  func(e *Entry) { e.Offset.State = OffsetNoData },
		"kind":          func(e *Entry) { e.Desc = "TABLE DAUA" },
		"section":       func(e *Entry) { e.Section = SectionPost },
		"other table":   func(e *Entry) { e.Copy = strings.Replace(e.Copy, "public.t", "public.u", 1) },
		"no COPY":       func(e *Entry) { e.Copy = strings.Replace(e.Copy, "FROM stdin", "FROM stdio", 1) },
		"zero byte":     func(e *Entry) { e.Owner = "a\x00" },
		"no valid text": func(e *Entry) { e.Tag = "\xff" },
	} {
		list := append([]Entry(nil), toc.List...)
		for i := range list {
			if list[i].Desc == "TABLE DATA" && list[i].Tag == "t" {
				spoil(&list[i])
			}
		}
		_, err := ReadTOC(bytes.NewReader(encode(toc.Head, list)))
		var d *Damage
		if !errors.As(err, &d) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestArchiveVersions: what PostgreSQL 9.6 to 18 write reads the same.
func TestArchiveVersions(t *testing.T) {
	toc, _, err := read(fixture(t, "tiny.dump"))
	if err != nil {
		t.Fatal(err)
	}
	for minor := 12; minor <= 16; minor++ {
		h := toc.Head
		h.Minor = minor
		got, err := ReadTOC(bytes.NewReader(encode(h, toc.List)))
		if err != nil {
			t.Errorf("1.%d: %v", minor, err)
			continue
		}
		if minor >= 14 && !reflect.DeepEqual(got.List, toc.List) {
			t.Errorf("1.%d reads other entries", minor)
		}
		if got.Database != "tiny" || got.Compression != "gzip" {
			t.Errorf("1.%d: %+v", minor, got.Head)
		}
	}
	h := toc.Head
	h.Minor = 17
	var newer *NewerError
	if _, err := ReadTOC(bytes.NewReader(encode(h, toc.List))); !errors.As(err, &newer) {
		t.Errorf("1.17: %v", err)
	}
}

// encode writes a table of contents as pg_dump does.
func encode(h Head, list []Entry) []byte {
	var b bytes.Buffer
	num := func(n int) {
		sign := byte(0)
		if n < 0 {
			sign, n = 1, -n
		}
		b.Write([]byte{sign, byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	}
	str := func(s string) { num(len(s)); b.WriteString(s) }
	b.WriteString(Magic)
	b.Write([]byte{1, byte(h.Minor), 0, 4, 8, rawCustom})
	if h.Minor >= 15 {
		b.WriteByte(1)
	} else {
		num(-1)
	}
	for _, n := range []int{h.Created.Second(), h.Created.Minute(), h.Created.Hour(), h.Created.Day(), int(h.Created.Month()) - 1, h.Created.Year() - 1900, 0} {
		num(n)
	}
	str(h.Database)
	str(h.ServerVersion)
	str(h.DumpVersion)
	num(len(list))
	for _, e := range list {
		num(e.ID)
		num(map[bool]int{true: 1}[e.HasData])
		str(strconv.FormatInt(e.CatalogID, 10))
		str(strconv.FormatInt(e.OID, 10))
		str(e.Tag)
		str(e.Desc)
		num(e.Section)
		for _, s := range []string{e.Defn, e.Drop, e.Copy, e.Namespace, e.Tablespace} {
			str(s)
		}
		if h.Minor >= 14 {
			str(e.TableAM)
		}
		if h.Minor >= 16 {
			num('r')
		}
		str(e.Owner)
		str("false")
		for _, d := range e.Deps {
			str(strconv.Itoa(d))
		}
		num(-1)
		b.WriteByte(byte(e.Offset.State))
		for i := range 8 {
			b.WriteByte(byte(e.Offset.Pos >> (8 * i)))
		}
	}
	return b.Bytes()
}

func TestReadTar(t *testing.T) {
	toc, rep, err := ReadTar(context.Background(), bytes.NewReader(fixture(t, "tiny.tar")), nil)
	if err != nil || toc.Database != "tiny" || rep.Rows != 20 || rep.Blobs != 1 {
		t.Errorf("%+v %v", rep, err)
	}
	if err := CheckTarEnd(filepath.Join("testdata", "tiny.tar")); err != nil {
		t.Error(err)
	}
}

func TestReadScript(t *testing.T) {
	s, err := ReadScript(context.Background(), bytes.NewReader(fixture(t, "tiny.sql")), nil)
	if err != nil || s.Format != Plain || s.Rows != 20 || len(s.Creates) != 2 || !s.Complete || len(s.Meta) > 0 {
		t.Errorf("%+v %v", s, err)
	}
	if s := SniffScript(fixture(t, "cluster.sql")); s.Format != Cluster {
		t.Errorf("%+v", s)
	}
	good := string(fixture(t, "tiny.sql"))
	for name, c := range map[string]struct{ old, with, says string }{
		"row after the end":  {plainEnd, plainEnd + "\nDROP TABLE t;", "end mark"},
		"column lost":        {"\trow 7", "row 7", "row 7 has 1 columns, not 2"},
		"quote not closed":   {"SET client_encoding = 'UTF8';", "SET client_encoding = 'UTF8;", ""},
		"not of pg_dump":     {plainBegin + "\n", "-- Something else\n", "does not begin"},
		"zero byte in a row": {"row 7", "row\x007", "zero byte"},
	} {
		bad := strings.Replace(good, c.old, c.with, 1)
		if bad == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := ReadScript(context.Background(), strings.NewReader(bad), nil); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, expected %q", name, err, c.says)
		}
	}
}

// TestScriptsAreCutIntoStatements as psql does.
func TestScriptsAreCutIntoStatements(t *testing.T) {
	script := plainBegin + `
create function f() returns text language sql as $body$ select ';'; $$ $body$;
select 'it''s; fine', E'a\';b', "odd;name", $1 /* a; /* nested; */ b; */ - 1; -- c;
\! rm -rf /
GRANT SELECT ON TABLE t TO "Some One" WITH GRANT OPTION;
ALTER TABLE public.t OWNER TO app;
CREATE POLICY p ON public.t FOR SELECT TO a, "b c" USING (true);
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;
` + plainEnd + "\n"
	s, err := ReadScript(context.Background(), strings.NewReader(script), nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Statements != 6 || strings.Join(s.Roles, "|") != "Some One|app|a|b c" || strings.Join(s.Extensions, "|") != "uuid-ossp" ||
		len(s.Meta) != 1 || s.Meta[0] != `\! rm -rf /` {
		t.Errorf("%+v", s)
	}
}

func TestParseCopy(t *testing.T) {
	for in, want := range map[string]CopyTarget{
		"COPY public.t (a, b) FROM stdin;\n":             {"public", "t", 2},
		`COPY "Odd ""S"."T (x)" ("a, b", c) FROM stdin;`: {`Odd "S`, "T (x)", 2},
		"COPY public.nocols  FROM stdin;":                {"public", "nocols", 0},
		"COPY t (a) FROM stdin;":                         {"", "t", 1},
		`COPY größe."1" ("from stdin;") FROM stdin;`:     {"größe", "1", 1},
	} {
		if got, err := ParseCopy(in); err != nil || got != want {
			t.Errorf("%s: %+v %v", in, got, err)
		}
	}
	for _, bad := range []string{"", "COPY", "COPY t (a) FROM stdout;", "COPY t (a FROM stdin;", "COPY t (a,b) FROM stdin;", `COPY "t FROM stdin;`} {
		if got, err := ParseCopy(bad); err == nil {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

// FuzzArchive: no input makes a reader panic or read for ever, and what is
// taken for whole reads the same twice.
func FuzzArchive(f *testing.F) {
	for _, n := range []string{"tiny.dump", "tiny0.dump", "tiny.tar", "tiny.sql", "inserts.sql"} {
		f.Add(fixture(f, n))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ctx := context.Background()
		_, one, err1 := read(b)
		_, two, err2 := read(b)
		if (err1 == nil) != (err2 == nil) || one.Rows != two.Rows {
			t.Fatalf("read differently twice: %v %v", err1, err2)
		}
		_, _, _ = ReadTar(ctx, bytes.NewReader(b), nil)
		if s, err := ReadScript(ctx, bytes.NewReader(b), nil); err == nil && !s.Complete {
			t.Fatal("a script without its end mark is taken for whole")
		}
		_, _ = ParseCopy(string(b))
	})
}
