package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"time"
)

const snapshot = "2026-11-21_020000"

// snapshotOf makes a files workload whose one snapshot holds n files of random
// bytes, with a manifest as lifeboat writes it.
func (l *lab) snapshotOf(n int, size int64) (p place, files []string, err error) {
	p, err = l.workspace(fmt.Sprintf("hash-%d", n), `version: 1
tiers: four
workloads:
  media:
    kind: files
    tier: 1
    source: {path: data}
    copies: [{name: nightly, driver: rsync, repository: backups}]
`, map[string]string{"backups/" + snapshot + "/.keep": ""})
	if err != nil {
		return p, nil, err
	}
	type entry struct {
		Path   string `json:"path"`
		Size   int64  `json:"size"`
		SHA256 string `json:"sha256"`
		Mode   string `json:"mode"`
	}
	empty := sha256.Sum256(nil)
	list := []entry{{".keep", 0, hex.EncodeToString(empty[:]), "0600"}}
	for i := range n {
		name := fmt.Sprintf("film-%d", i)
		sum, err := fillFile(p.path("backups/"+snapshot+"/"+name), size, byte(i))
		if err != nil {
			return p, nil, err
		}
		list = append(list, entry{name, size, sum, "0600"})
		files = append(files, p.path("backups/"+snapshot+"/"+name))
	}
	b, err := json.Marshal(map[string]any{
		"version": 1, "driver": "rsync", "workload": "media", "id": snapshot, "time": time.Now().UTC(), "kind": "full", "files": list,
	})
	if err != nil {
		return p, nil, err
	}
	return p, files, p.write("backups/"+snapshot+".lifeboat.json", string(b))
}

// fillFile writes random bytes, and gives their digest.
func fillFile(path string, size int64, seed byte) (sum string, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.CopyN(io.MultiWriter(f, h), rand.NewChaCha8([32]byte{seed}), size)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// openssl hashes each file with a process of its own, all at once.
func (p place) openssl(files []string) measure {
	return func() (time.Duration, error) {
		errs := make([]error, len(files))
		var wg sync.WaitGroup
		started := time.Now()
		for i, f := range files {
			wg.Go(func() { _, errs[i] = spend(p.dir, nil, []string{"openssl", "dgst", "-sha256", f}) })
		}
		wg.Wait()
		return time.Since(started), errors.Join(errs...)
	}
}

// verify proves the checksums with lifeboat.
func (p place) verify() measure {
	return func() (time.Duration, error) {
		s, err := p.run(0, "verify", "media", "--grade", "checksum")
		return s.wall, err
	}
}

func takeHash(l *lab) ([]row, error) {
	cores := runtime.NumCPU()
	const one = "SHA-256 of one file"
	many := fmt.Sprintf("SHA-256 of %d files on %d cores", cores, cores)
	goal := 0.9 * float64(cores)
	if have("openssl") == "" {
		const install = "apt-get install -y openssl"
		return []row{missing(one, "openssl dgst -sha256", "≥ 0.95 ×", "openssl", install), missing(many, "openssl dgst -sha256", fmt.Sprintf("≥ %.3g ×", goal), "openssl", install)}, nil
	}
	size := int64(1 << 30)
	if l.quick {
		size = 128 << 20
	}
	single, file, err := l.snapshotOf(1, size)
	if err != nil {
		return nil, err
	}
	several, files, err := l.snapshotOf(cores, size)
	if err != nil {
		return nil, err
	}
	s, err := interleave(l.times(16), single.verify(), single.openssl(file), several.verify(), several.openssl(files))
	if err != nil {
		return nil, err
	}
	return []row{
		throughput(one, "openssl dgst -sha256 FILE", s[0], s[1], size, size, 0.95),
		throughput(many, "openssl dgst -sha256 FILE, one file", s[2], s[1], int64(cores)*size, size, goal),
		throughput(many, fmt.Sprintf("%d × openssl dgst -sha256 FILE at once", cores), s[2], s[3], int64(cores)*size, int64(cores)*size, 0.9),
	}, nil
}

// throughput compares bytes a second: more is better.
func throughput(what, reference string, ours, theirs sample, ourBytes, theirBytes int64, least float64) row {
	rate := func(n int64, s sample) float64 { return float64(n) / s.least().Seconds() }
	a, b := rate(ourBytes, ours), rate(theirBytes, theirs)
	r := row{
		What: what, Measured: fmt.Sprintf("%.0f MB/s", a/1e6), Reference: reference, Against: fmt.Sprintf("%.0f MB/s", b/1e6),
		Ratio: a / b, Goal: fmt.Sprintf("≥ %.3g ×", least), OK: verdict(a/b >= least),
	}
	return r.keep([]string{"measured", "reference"}, ours, theirs)
}
