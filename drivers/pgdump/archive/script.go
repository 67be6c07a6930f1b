package archive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"
)

// Marks of a plain dump, each a whole comment line.
const (
	plainBegin    = "-- PostgreSQL database dump"
	plainEnd      = "-- PostgreSQL database dump complete"
	clusterBegin  = "-- PostgreSQL database cluster dump"
	clusterEnd    = "-- PostgreSQL database cluster dump complete"
	trailerWindow = 600
)

// Script is what a plain SQL dump tells about itself.
type Script struct {
	Format        Format // Plain or Cluster; empty: not a script of pg_dump
	Database      string // from \connect: only with pg_dump --create
	ServerVersion string
	DumpVersion   string
	Started       time.Time // from pg_dump -v
	Statements    int
	Creates       []string // tables
	Roles         []string // that the script speaks of
	Extensions    []string
	Meta          []string // psql commands that pg_dump does not write
	Complete      bool     // the end mark is there and nothing follows it
	Report
}

// HasTrailer says whether the last bytes of a script hold pg_dump's end mark.
// It is not the last line: \unrestrict follows it.
func HasTrailer(tail []byte) bool {
	if len(tail) > trailerWindow {
		tail = tail[len(tail)-trailerWindow:]
	}
	return bytes.Contains(tail, []byte(plainEnd+"\n")) || bytes.Contains(tail, []byte(clusterEnd+"\n"))
}

// SniffScript reads the first bytes of a script.
func SniffScript(head []byte) Script {
	var s Script
	for line := range strings.Lines(string(head)) {
		s.comment(strings.TrimRight(line, "\r\n"))
	}
	return s
}

// comment reads a comment line or psql command.
func (s *Script) comment(line string) {
	switch line {
	case plainBegin:
		if s.Format == "" {
			s.Format = Plain
		}
	case clusterBegin:
		s.Format = Cluster
	case plainEnd:
		s.Complete = s.Format == Plain
	case clusterEnd:
		s.Complete = true
	}
	for prefix, to := range map[string]*string{
		"-- Dumped from database version ": &s.ServerVersion,
		"-- Dumped by pg_dump version ":    &s.DumpVersion,
	} {
		if v, ok := strings.CutPrefix(line, prefix); ok {
			*to = v
		}
	}
	if v, ok := strings.CutPrefix(line, "-- Started on "); ok {
		s.Started, _ = time.Parse("2006-01-02 15:04:05 MST", v) // zero where it is no time
	}
	if strings.HasPrefix(line, `\`) {
		s.command(line)
	}
}

// command reads a psql command. pg_dump writes only three of them.
func (s *Script) command(line string) {
	v, ok := strings.CutPrefix(line, `\connect `)
	switch {
	case ok:
		if name, _, err := CutIdent(strings.TrimSpace(v)); err == nil && !strings.HasPrefix(v, "-") {
			s.Database = name
		}
	case strings.HasPrefix(line, `\restrict `), strings.HasPrefix(line, `\unrestrict `):
	default:
		s.Meta = append(s.Meta, clip(line))
	}
}

// ReadScript reads a whole plain dump: every COPY ends with its end mark and
// has rows of the right shape, every quote is closed, the trailer is there.
func ReadScript(ctx context.Context, r io.Reader, seen func(int64)) (Script, error) {
	w := &scriptWalk{in: bufio.NewReaderSize(&meter{r: r, ctx: ctx, seen: seen}, 256<<10)}
	w.lex = lexer{onStatement: w.statement, onLine: w.s.comment}
	w.s.Blind = "plain SQL carries no checksum"
	err := w.run()
	return w.s, err
}

type scriptWalk struct {
	s    Script
	in   *bufio.Reader
	lex  lexer
	copy *rowChecker
	part string
	at   int64
	bad  error
}

func (w *scriptWalk) run() error {
	start := true // at the start of a line
	for w.bad == nil {
		p, err := w.in.ReadSlice('\n')
		w.at += int64(len(p))
		w.s.Raw = w.at
		if len(p) > 0 {
			w.piece(p, start)
			start = p[len(p)-1] == '\n'
		}
		if errors.Is(err, io.EOF) {
			return w.finish()
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
	return w.bad
}

// piece takes a line, or a part of one that is too long for the buffer.
func (w *scriptWalk) piece(p []byte, start bool) {
	if w.copy == nil {
		w.lex.feed(p)
		return
	}
	_, _ = w.copy.Write(p) // never fails
	if start && string(p) == "\\.\n" {
		w.copy.tail = []byte("\n\n") // a script has none
		w.bad = w.s.table(w.part, w.copy)
		w.copy = nil
		return
	}
	if w.copy.bad != "" {
		w.bad = damaged(w.part, w.at, "%s", w.copy.bad)
	}
}

// statement is called with each statement, without its semicolon.
func (w *scriptWalk) statement(text string) {
	w.s.Statements++
	w.s.Complete = false
	if strings.HasPrefix(text, "COPY ") {
		if c, err := ParseCopy(text + ";"); err == nil {
			// The lexer has the line feed of this line still to come.
			name := strings.TrimPrefix(c.Schema+"."+c.Table, ".")
			w.part = "data of " + name
			w.copy = &rowChecker{columns: c.Columns}
			return
		}
	}
	w.s.learn(text)
}

func (w *scriptWalk) finish() error {
	switch {
	case w.copy != nil:
		return damaged(w.part, w.at, "the script ends after row %d: it was cut off", w.copy.rows)
	case w.s.Format == "":
		return damaged("script", 0, "it does not begin as a script of pg_dump")
	case w.lex.open():
		return damaged("script", w.at, "it ends inside a statement: it was cut off")
	case !w.s.Complete:
		return damaged("script", w.at, "the end mark %q is missing: it was cut off", plainEnd)
	}
	return nil
}
