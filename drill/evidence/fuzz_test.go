package evidence

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Whatever a file holds: it is the envelope that was signed, byte for byte, or
// it is not proved.
func FuzzEnvelope(f *testing.F) {
	b := sealedBench(f)
	whole, err := os.ReadFile(b.seal())
	if err != nil {
		f.Fatal(err)
	}
	k, err := LocalPublicKey(filepath.Join(b.dir, "keys"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(bytes.TrimSpace(whole))
	f.Add([]byte(`{"payloadType":"","payload":"","signatures":[{"keyid":"","sig":""}]}` + "\n"))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := open(data, k); (err == nil) != bytes.Equal(data, whole) {
			t.Errorf("%q: %v", data, err)
		}
	})
}

// FuzzJournal folds journals that somebody wrote by hand, with hashes that
// match: it must not end the program.
func FuzzJournal(f *testing.F) {
	b := sealedBench(f)
	for _, r := range b.records {
		f.Add(r.Type, r.Body)
	}
	f.Add("step.started", `{"step":-1}`)
	f.Add("rollback.started", `{"steps":null}`)
	f.Fuzz(func(t *testing.T, kind, body string) {
		m := &memory{records: append(b.records[:3:3], Record{Run: testRun, Seq: 4, At: b.records[3].At, Type: kind, Body: body})}
		m.rechain()
		if _, broken := readJournal(t.Context(), m, testRun); broken != nil && broken.Place == "" {
			t.Error("no place is named")
		}
	})
}
