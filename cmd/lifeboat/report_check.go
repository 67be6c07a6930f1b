package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill/evidence"
)

// checkEvidence proves a run, or a file that was signed. Whatever hinders the
// proof is an answer: it is not proved.
func (a *app) checkEvidence(ctx context.Context, o reportOptions) error {
	given, err := givenKey(o.key)
	if err != nil {
		return err
	}
	v, err := a.vault(ctx)
	if err != nil {
		return a.tellProof(broken("the database", err))
	}
	c := &evidence.Checker{Source: v.store, RunsDir: v.runs(), Key: func() (evidence.PublicKey, error) {
		if given != nil {
			return *given, nil
		}
		return evidence.LocalPublicKey(v.keys())
	}}
	if v.isFile(ctx, o.what) {
		if _, err := os.Stat(o.what); err != nil {
			return bad{exitUsage, fmt.Errorf("%s: there is no such run or file", o.what), "see `lifeboat history`"}
		}
		return a.tellProof(c.File(ctx, o.what))
	}
	run, err := v.find(ctx, o.what)
	switch {
	case errors.As(err, new(bad)):
		return err
	case err != nil:
		return a.tellProof(broken("the database", err))
	}
	return a.tellProof(c.Run(ctx, run))
}

// givenKey reads --key. nil: this machine's key is meant.
func givenKey(path string) (*evidence.PublicKey, error) {
	if path == "" {
		return nil, nil
	}
	k, err := evidence.ReadPublicKey(path)
	if err != nil {
		return nil, bad{exitUsage, fmt.Errorf("--key: %w", err), "give an ed25519 public key in PEM: " + evidence.PublicName + " of the machine that signed"}
	}
	return &k, nil
}

// isFile says whether a file is meant and not a run: what looks like an id is
// a run, unless there is none and a file of that name.
func (v *vault) isFile(ctx context.Context, what string) bool {
	if what == "" {
		return false
	}
	if _, err := hex.DecodeString(what + strings.Repeat("0", len(what)%2)); err != nil {
		return true
	}
	if _, err := v.find(ctx, what); err == nil {
		return false
	}
	_, err := os.Stat(what)
	return err == nil
}

// find gives the id of the run that was meant: of one that left any trace
// here, were it only its seal.
func (v *vault) find(ctx context.Context, prefix string) (string, error) {
	ids, err := v.store.Find(ctx, prefix)
	if err != nil {
		return "", err
	}
	if prefix != "" {
		ids = append(ids, v.left(prefix)...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	switch {
	case len(ids) == 0 && prefix == "":
		return "", bad{exitUsage, errors.New("no run yet: start one with `lifeboat run WORKLOAD`"), ""}
	case len(ids) == 0:
		return "", bad{exitUsage, fmt.Errorf("run %s: no such run", prefix), "see `lifeboat history`"}
	case len(ids) == 1 || slices.Contains(ids, prefix):
		if slices.Contains(ids, prefix) {
			return prefix, nil
		}
		return ids[0], nil
	}
	return "", bad{exitUsage, fmt.Errorf("run %s: more than one begins like this: %s and %s", prefix, ids[0], ids[1]), "type more of it"}
}

// left lists the runs that left a seal.
func (v *vault) left(prefix string) []string {
	dirs, _ := os.ReadDir(v.runs()) // without it nothing is left
	var out []string
	for _, d := range dirs {
		if _, err := os.Lstat(filepath.Join(v.runs(), d.Name(), evidence.SealName)); err == nil && strings.HasPrefix(d.Name(), prefix) {
			out = append(out, d.Name())
		}
	}
	return out
}

// broken is the proof that could not begin.
func broken(place string, err error) evidence.Proof {
	return evidence.Proof{
		Format: evidence.ProofFormat, Links: []evidence.Proven{}, Unseen: []string{},
		Broken: &evidence.Broken{Link: evidence.LinkDatabase, Place: place, What: err.Error()},
	}
}

// tellProof prints what was proved, a line each, and what was not.
func (a *app) tellProof(p evidence.Proof) error {
	var err error
	if a.json {
		err = a.printJSON(p)
	} else {
		a.proofLines(p)
	}
	if err == nil && !p.Proved {
		err = answer{exitBad}
	}
	return err
}

func (a *app) proofLines(p evidence.Proof) {
	for _, l := range p.Links {
		a.printf("✓ %-10s %s\n", l.Link, l.Detail)
	}
	for _, u := range p.Unseen {
		a.printf("· %s\n", u)
	}
	if b := p.Broken; b != nil {
		a.printf("✗ %-10s %s\n", b.Link, b.Error())
		if b.Hint != "" {
			a.printf("  → %s\n", b.Hint)
		}
		a.printf("not proved\n")
		return
	}
	a.printf("proved: run %s\n", p.Run)
}
