package pgdump

import (
	"bytes"
	"compress/gzip"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// damage is one way to spoil a dump, the grade that must catch it, and what
// it must say.
type damage struct {
	name   string
	from   string
	spoil  func(t *testing.T, path string)
	grade  drivers.Grade
	says   string
	signed bool              // has a manifest, made before the damage
	opts   map[string]string // of the copy
	age    time.Duration
}

var damages = []damage{
	{name: "0 bytes", from: "custom.dump", spoil: cut(0), grade: drivers.GradeSize, says: "empty (0 bytes)"},
	{name: "3 bytes", from: "custom.dump", spoil: cut(3), grade: drivers.GradeSize, says: "only 3 bytes"},
	{name: "header only", from: "custom.dump", spoil: cut(1000), grade: drivers.GradeStructure, says: "cut off"},
	{name: "half of the data", from: "custom.dump", spoil: cutPart(0.6), grade: drivers.GradeStructure, says: "cut off at byte"},
	{name: "last 200 bytes", from: "custom.dump", spoil: cutEnd(200), grade: drivers.GradeStructure, says: "cut off at byte"},
	{name: "last byte", from: "custom.dump", spoil: cutEnd(1), grade: drivers.GradeReadable, says: "cut off"},
	{name: "killed pg_dump", from: "custom.dump", spoil: killed, grade: drivers.GradeReadable, says: "cut off"},
	{name: "magic", from: "custom.dump", spoil: flipAt(1), grade: drivers.GradeStructure, says: "not a dump of PostgreSQL"},
	{name: "newer archive version", from: "custom.dump", spoil: setAt(6, 99), grade: drivers.GradeStructure, says: "newer than this program knows"},
	{name: "data flag of a table", from: "custom.dump", spoil: hideData, grade: drivers.GradeStructure, says: "would leave it empty"},
	{name: "flip in compressed data", from: "custom.dump", spoil: flipPart(0.7), grade: drivers.GradeReadable, says: "data of "},
	{name: "tab lost in plain data", from: "custom0.dump", spoil: swap("\t2026-", "x2026-"), grade: drivers.GradeReadable, says: "columns"},
	{name: "digit in -Fc -Z0, manifest", from: "custom0.dump", spoil: swap("customer 17\t", "customer 18\t"), signed: true, grade: drivers.GradeChecksum, says: "has changed since it was made"},
	{name: "digit in tar, manifest", from: "dump.tar", spoil: swap("customer 17\t", "customer 18\t"), signed: true, grade: drivers.GradeChecksum, says: "has changed since it was made"},
	{name: "cut, manifest", from: "custom.dump", spoil: cutEnd(1), signed: true, grade: drivers.GradeSize, says: "it was cut off"},
	{name: "plain SQL as .dump, cut in COPY", from: "plain.sql", spoil: cutPart(0.7), grade: drivers.GradeStructure, says: "end mark"},
	{name: "plain SQL cut after COPY", from: "plain.sql", spoil: cutEnd(600), grade: drivers.GradeStructure, says: "end mark"},
	{name: "plain SQL, COPY end lost", from: "plain.sql", spoil: swap("\n\\.\n", "\n\\,\n"), grade: drivers.GradeReadable, says: "columns"},
	{name: "gzip of nothing", from: "plain.sql", spoil: zip(0), grade: drivers.GradeSize, says: "nothing in it"},
	{name: "gzip of half a script", from: "plain.sql", spoil: zip(0.5), grade: drivers.GradeReadable, says: "cut off"},
	{name: "message of pg_dump", from: "plain.sql", spoil: write(strings.Repeat("pg_dump: error: connection to server failed\n", 10)), grade: drivers.GradeStructure, says: "a message of pg_dump"},
	{name: "-Fd data file missing", from: "dir", spoil: inDir(os.Remove), grade: drivers.GradeStructure, says: "is missing"},
	{name: "-Fd data file truncated", from: "dir", spoil: inDir(truncate(0.5)), grade: drivers.GradeReadable, says: "cut off"},
	{name: "-Fd data file flipped", from: "dir", spoil: inDir(flipFile), grade: drivers.GradeReadable, says: "data of public.orders in "},
	{name: "-Fd data file empty", from: "dir", spoil: inDir(truncate(0)), grade: drivers.GradeSize, says: "data of public.orders): pg_restore would leave it empty"},
	{name: "-Fd data file gzip of nothing", from: "dir", spoil: inDir(emptyZip), grade: drivers.GradeSize, says: "nothing in it"},
	{name: "-Fd toc.dat missing", from: "dir", spoil: noTOC, grade: drivers.GradeStructure, says: "toc.dat is missing"},
	{name: "-Fd blob missing", from: "dir", spoil: noBlob, grade: drivers.GradeReadable, says: "large object"},
	{name: "-Fd -Z0 truncated", from: "dir0", spoil: inDir(truncate(0.5)), grade: drivers.GradeStructure, says: "does not end with the end mark"},
	{name: "-Fd -Z0 truncated at a line", from: "dir0", spoil: inDir(truncateLine), grade: drivers.GradeStructure, says: "does not end with the end mark"},
	{name: "-Fd -Z0 row lost its tab", from: "dir0", spoil: inDir(loseTab), grade: drivers.GradeReadable, says: "columns"},
	{name: "-Fd -Z0 empty", from: "dir0", spoil: inDir(truncate(0)), grade: drivers.GradeSize, says: "is empty"},
	{name: "-Fd -Z0 digit, manifest", from: "dir0", spoil: inDir(digit), signed: true, grade: drivers.GradeChecksum, says: "public.orders"},
	{name: "-Fd inserts truncated", from: "inserts", spoil: inDir(truncate(0.5)), grade: drivers.GradeStructure, says: "stops in a statement"},
	{name: "tar truncated", from: "dump.tar", spoil: cutPart(0.6), grade: drivers.GradeStructure, says: "cut off"},
	{name: "tar without its end", from: "dump.tar", spoil: cutEnd(1024), grade: drivers.GradeStructure, says: "closing blocks"},
	{name: "definitions only", from: "schema.dump", grade: drivers.GradeStructure, says: "no data of any table"},
	{name: "wrong database", from: "custom.dump", opts: map[string]string{"database": "payroll"}, grade: drivers.GradeStructure, says: "dump of database shop, expected payroll"},
	{name: "stale", from: "custom.dump", age: time.Nanosecond, grade: drivers.GradeAge, says: "stale"},
}

func TestDamageIsCaughtAtItsGrade(t *testing.T) {
	for _, c := range damages {
		t.Run(c.name, func(t *testing.T) {
			target := map[bool]string{true: "x.dump", false: "dir"}[!strings.HasPrefix(c.from, "dir") && c.from != "inserts"]
			dir := repository(t, target+"="+c.from)
			path := filepath.Join(dir, target)
			d := driver(t, dir, c.opts)
			if c.signed {
				sign(t, path)
			}
			if c.spoil != nil {
				c.spoil(t, path)
			}
			v, err := d.Verify(t.Context(), drivers.VerifyRequest{
				Point: point(t, d, target), Grade: drivers.GradeReadable, MaxAge: c.age,
			}, nil)
			must(t, err)
			f := v.Failure()
			if f == nil || v.OK() || f.Grade != c.grade || !strings.Contains(f.Detail, c.says) {
				t.Fatalf("expected a failure at %s saying %q, got %+v", c.grade, c.says, v.Results)
			}
			if f.Hint == "" || strings.Contains(f.Detail, "\n") {
				t.Errorf("no hint, or more than one line: %+v", f)
			}
			t.Logf("%-9s %s", f.Grade, f.Detail)
		})
	}
}

func TestGoodDumpsAreProved(t *testing.T) {
	d := driver(t, repository(t, "custom.dump", "custom0.dump", "dir", "dir0", "inserts", "dump.tar", "plain.sql"), nil)
	pts, err := d.Locate(t.Context())
	must(t, err)
	if len(pts) != 7 {
		t.Fatalf("%d points", len(pts))
	}
	for _, p := range pts {
		if v := verify(t, d, p, drivers.GradeReadable); !v.OK() || len(p.Problems) > 0 {
			t.Errorf("%s: %v %+v", p.ID, p.Problems, v.Results)
		}
	}
}

func TestNoManifestProvesNoChecksum(t *testing.T) {
	d := driver(t, repository(t, "custom.dump"), nil)
	p := point(t, d, "")
	if v := verify(t, d, p, drivers.GradeChecksum); v.OK() || v.Proved.AtLeast(drivers.GradeChecksum) {
		t.Errorf("a checksum was claimed: %+v", v)
	}
	must(t, os.WriteFile(p.Files[0]+repo.ManifestSuffix, []byte(`{"version":1,"driver":"pgdump","files":[]}`), 0o600))
	if v := verify(t, d, p, drivers.GradeChecksum); v.OK() {
		t.Errorf("an empty manifest proves: %+v", v)
	}
	sign(t, p.Files[0])
	if v := verify(t, d, p, drivers.GradeReadable); !v.OK() {
		t.Errorf("a signed dump is not proved: %+v", v)
	}
}

// TestCutsAndFlips: 20 cuts anywhere and 20 changed bytes in the data, each
// caught before a restore; of changed bytes in the table of contents, what can
// be told from a good one.
func TestCutsAndFlips(t *testing.T) {
	dir := repository(t, "x.dump=custom.dump")
	path := filepath.Join(dir, "x.dump")
	d := driver(t, dir, nil)
	p := point(t, d, "")
	good, err := os.ReadFile(path)
	must(t, err)
	toc, err := archive.ReadTOC(bytes.NewReader(good))
	must(t, err)
	rnd := rand.New(rand.NewSource(7))
	try := func(what string, b []byte) {
		must(t, os.WriteFile(path, b, 0o600))
		if v := verify(t, d, p, drivers.GradeReadable); v.OK() || v.Failure() == nil || v.Failure().Detail == "" {
			t.Errorf("%s was not caught: %+v", what, v.Results)
		}
	}
	for range 20 {
		at := rnd.Intn(len(good))
		try("cut at "+itoa(at), good[:at])
	}
	for range 20 {
		at := int(toc.Size) + rnd.Intn(len(good)-int(toc.Size))
		b := bytes.Clone(good)
		b[at] ^= byte(1 + rnd.Intn(255))
		try("flip at "+itoa(at), b)
	}
}

// TestManifestSeesEveryByte: what nothing else can see, a changed letter in a
// definition, a manifest does.
func TestManifestSeesEveryByte(t *testing.T) {
	dir := repository(t, "x.dump=custom.dump")
	path := filepath.Join(dir, "x.dump")
	d := driver(t, dir, nil)
	sign(t, path)
	swap("the orders", "the 0rders")(t, path)
	if v := verify(t, d, point(t, d, ""), drivers.GradeReadable); v.OK() || v.Failure().Grade != drivers.GradeChecksum {
		t.Errorf("%+v", v.Results)
	}
	must(t, os.Remove(path+repo.ManifestSuffix))
	v := verify(t, d, point(t, d, ""), drivers.GradeReadable)
	if last := v.Results[len(v.Results)-1]; !strings.Contains(last.Detail, "without a manifest a changed letter") {
		t.Errorf("the blind spot is not told: %s", last.Detail)
	}
}

// TestDamageIsRefusedBeforeARestore: pg_restore would restore these without a
// word, or never end; a plan is not even made.
func TestDamageIsRefusedBeforeARestore(t *testing.T) {
	dir := repository(t, "dir", "dir0", "x.tar=dump.tar", "x.dump=custom.dump", "y.dump.part=custom.dump", "z.dump=custom.dump")
	inDir(truncate(0))(t, filepath.Join(dir, "dir"))
	inDir(truncateLine)(t, filepath.Join(dir, "dir0"))
	cutPart(0.6)(t, filepath.Join(dir, "x.tar"))
	hideData(t, filepath.Join(dir, "x.dump"))
	cut(0)(t, filepath.Join(dir, "z.dump"))
	d := driver(t, dir, nil)
	for _, id := range []string{"dir", "dir0", "x.tar", "x.dump", "y.dump.part", "z.dump"} {
		_, err := d.Plan(t.Context(), drivers.RestoreRequest{Point: point(t, d, id)})
		isErr(t, err, drivers.ErrCorrupt, "")
		if drivers.Hint(err) == "" {
			t.Errorf("%v has no hint", err)
		}
	}
}

// TestTarNeverHangs: pg_restore spins on a tar file that ends early; the
// watchdog ends it.
func TestTarNeverHangs(t *testing.T) {
	dir := repository(t, "x.tar=dump.tar")
	path := filepath.Join(dir, "x.tar")
	cutPart(0.6)(t, path)
	d := driver(t, dir, nil)
	d.stall = 3 * time.Second
	p, err := inspect(path)
	must(t, err)
	tool, err := d.reader(t.Context(), p)
	must(t, err)
	_, err = d.runRestore(t.Context(), nil, tool, p, restoreCall{args: []string{"-f", os.DevNull}, watch: true, timeout: time.Minute})
	isErr(t, err, errWatchdog, "no byte read")
}

func itoa(n int) string { return bytesText(int64(n)) }

// sign writes a manifest as a backup does, of an hour ago.
func sign(t testing.TB, path string) {
	t.Helper()
	signAt(t, path, time.Now().Add(-time.Hour))
}

func signAt(t testing.TB, path string, at time.Time) {
	t.Helper()
	files, err := filesOf(path)
	must(t, err)
	m := repo.Manifest{Version: 1, Driver: name, Time: at}
	for _, f := range files {
		sum, size, err := repo.Hash(t.Context(), f, nil)
		must(t, err)
		m.Files = append(m.Files, repo.File{Path: filepath.Base(f), Size: size, SHA256: sum})
	}
	must(t, m.Write(path+repo.ManifestSuffix))
}

func edit(change func(b []byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		b, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(path, change(b), 0o600))
	}
}

func cut(n int) func(*testing.T, string) { return edit(func(b []byte) []byte { return b[:n] }) }
func cutEnd(n int) func(*testing.T, string) {
	return edit(func(b []byte) []byte { return b[:len(b)-n] })
}

func write(s string) func(*testing.T, string) {
	return edit(func([]byte) []byte { return []byte(s) })
}

func cutPart(f float64) func(*testing.T, string) {
	return edit(func(b []byte) []byte { return b[:int(float64(len(b))*f)] })
}

func flipPart(f float64) func(*testing.T, string) {
	return edit(func(b []byte) []byte { b[int(float64(len(b))*f)] ^= 0x55; return b })
}

func flipAt(n int) func(*testing.T, string) {
	return edit(func(b []byte) []byte { b[n] ^= 1; return b })
}

func setAt(n int, v byte) func(*testing.T, string) {
	return edit(func(b []byte) []byte { b[n] = v; return b })
}

func swap(old, with string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		b, err := os.ReadFile(path)
		must(t, err)
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("%q is not in %s", old, path)
		}
		must(t, os.WriteFile(path, bytes.Replace(b, []byte(old), []byte(with), 1), 0o600))
	}
}

// killed is what a killed pg_dump leaves: a table of contents whose offsets
// were never set, and half of the data.
func killed(t *testing.T, path string) {
	b, err := os.ReadFile(path)
	must(t, err)
	toc, err := archive.ReadTOC(bytes.NewReader(b))
	must(t, err)
	for i := range toc.List {
		e := &toc.List[i]
		if e.Offset.State == archive.OffsetSet {
			mark := append([]byte{archive.OffsetSet}, le(e.Offset.Pos)...)
			b = bytes.Replace(b, mark, append([]byte{archive.OffsetNotSet}, le(0)...), 1)
		}
	}
	must(t, os.WriteFile(path, b[:len(b)*2/3], 0o600))
}

func le(n int64) []byte {
	b := make([]byte, 8)
	for i := range b {
		b[i] = byte(n >> (8 * i))
	}
	return b
}

// hideData sets the state that makes pg_restore leave a table empty.
func hideData(t *testing.T, path string) {
	b, err := os.ReadFile(path)
	must(t, err)
	toc, err := archive.ReadTOC(bytes.NewReader(b))
	must(t, err)
	for i := range toc.List {
		if e := &toc.List[i]; e.Desc == "TABLE DATA" && e.Tag == "orders" {
			mark := append([]byte{archive.OffsetSet}, le(e.Offset.Pos)...)
			b = bytes.Replace(b, mark, append([]byte{archive.OffsetNoData}, le(e.Offset.Pos)...), 1)
		}
	}
	must(t, os.WriteFile(path, b, 0o600))
}

func zip(part float64) func(*testing.T, string) {
	return edit(func(b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = z.Write(b[:int(float64(len(b))*part)]) // a buffer takes all
		_ = z.Close()
		return out.Bytes()
	})
}

// inDir spoils the data file of orders.
func inDir(do func(path string) error) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		toc, err := archive.ReadDirectoryTOC(dir)
		must(t, err)
		for i := range toc.List {
			if e := &toc.List[i]; e.Desc == "TABLE DATA" && e.Tag == "orders" {
				path := filepath.Join(dir, e.File)
				if _, err := os.Stat(path); err != nil {
					path += ".gz"
				}
				must(t, do(path))
				return
			}
		}
		t.Fatal("no orders in the dump")
	}
}

func truncate(part float64) func(string) error {
	return func(path string) error {
		st, err := os.Stat(path)
		if err != nil {
			return err
		}
		return os.Truncate(path, int64(float64(st.Size())*part))
	}
}

func truncateLine(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b[:bytes.LastIndexByte(b[:len(b)/2], '\n')+1], 0o600)
}

func flipFile(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[len(b)/2] ^= 0x10
	return os.WriteFile(path, b, 0o600)
}

func digit(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, bytes.Replace(b, []byte("2026-03"), []byte("2026-04"), 1), 0o600)
}

func loseTab(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[bytes.LastIndexByte(b[:len(b)/2], '\t')] = ' '
	return os.WriteFile(path, b, 0o600)
}

func emptyZip(path string) error {
	var out bytes.Buffer
	if err := gzip.NewWriter(&out).Close(); err != nil {
		return err
	}
	// gzip -c </dev/null writes 20 bytes; so short a file holds nothing.
	return os.WriteFile(path, out.Bytes()[:min(20, out.Len())], 0o600)
}

func noTOC(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, archive.TOCFile))) }

func noBlob(t *testing.T, dir string) {
	m, err := filepath.Glob(filepath.Join(dir, "blob_*"))
	must(t, err)
	must(t, os.Remove(m[0]))
}
