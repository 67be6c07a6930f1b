package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/evidence"
	"github.com/lifeboat-dr/lifeboat/drill/report"
	"github.com/lifeboat-dr/lifeboat/store"
)

// writtenDoc is what `report -o FILE --json` prints.
type writtenDoc struct {
	Run      string `json:"run"`
	Report   string `json:"report"`
	Envelope string `json:"envelope,omitempty"`
}

// vault is what evidence needs of the state directory: its database, the
// directories of its runs and its keys.
type vault struct {
	store *store.Store
	dir   string
}

// vault opens the state directory. It needs no workspace.
func (a *app) vault(ctx context.Context) (*vault, error) {
	dir, err := a.stateDir()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, filepath.Join(dir, "lifeboat.db"))
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, st.Close)
	return &vault{store: st, dir: dir}, nil
}

func (v *vault) runs() string { return filepath.Join(v.dir, "runs") }
func (v *vault) keys() string { return filepath.Join(v.dir, "keys") }

// sealer signs what runs of a state directory leave behind: its Seal is for
// the end of each run.
func (a *app) sealer(src evidence.Source, stateDir string) *evidence.Sealer {
	v := vault{dir: stateDir}
	return &evidence.Sealer{Source: src, RunsDir: v.runs(), KeyDir: v.keys(), Version: version(), Now: a.now}
}

// signReport proves a run and signs its report.
func (a *app) signReport(ctx context.Context, o reportOptions) error {
	v, err := a.vault(ctx)
	if err != nil {
		return unproved(err)
	}
	run, err := v.find(ctx, o.what)
	if err != nil {
		return unproved(err)
	}
	var text []byte
	envelope, late, err := a.sealer(v.store, v.dir).Sign(ctx, run, func(s *drill.State) (evidence.Report, error) {
		var b bytes.Buffer
		if o.file == "" {
			err := report.JSON(&b, s)
			return evidence.Report{JSON: b.Bytes()}, err
		}
		var err error
		text, err = o.text(s, a.json)
		return evidence.Report{Name: filepath.Base(o.file), Data: text}, err
	})
	if err != nil {
		return unproved(err)
	}
	if late {
		fmt.Fprintf(a.err, "lifeboat: run %s was not sealed when it ended; it is now, which proves nothing of the time between\n", run)
	}
	if o.file != "" {
		return a.writeReport(run, o.file, text, envelope)
	}
	_, err = a.out.Write(envelope)
	return err
}

// writeReport puts a report into its place, and its envelope beside it.
func (a *app) writeReport(run, path string, text, envelope []byte) error {
	doc := writtenDoc{Run: run, Report: path}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return bad{exitUsage, fmt.Errorf("-o %s: it is no file", path), "give the name of a file"}
	}
	err := evidence.WriteFile(path, text, 0o600)
	if err == nil && envelope != nil {
		doc.Envelope = path + evidence.EnvelopeSuffix
		err = evidence.WriteFile(doc.Envelope, envelope, 0o600)
	}
	switch {
	case err != nil && keeping(err):
		return err
	case err != nil:
		return bad{exitUsage, fmt.Errorf("-o %s: %w", path, err), "give a file in a directory that can be written"}
	case a.json:
		return a.printJSON(doc)
	case envelope == nil:
		a.printf("wrote %s\n", path)
	default:
		a.printf("wrote %s, signed by %s\n", path, doc.Envelope)
	}
	return nil
}

// unproved makes an error of the evidence an answer, unless the command was
// used wrongly: it is not proved.
func unproved(err error) error {
	var b *evidence.Broken
	switch {
	case errors.As(err, new(bad)):
		return err
	case errors.As(err, &b):
		return bad{exitBad, b, b.Hint}
	}
	return bad{exitBad, err, ""}
}
