package evidence

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

func TestLocalKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "keys")
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			k, err := LocalKey(dir)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = k.Public().ID()
		})
	}
	wg.Wait()
	public, err := LocalPublicKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if id != public.ID() {
			t.Errorf("one got key %s, another %s", id, public.ID())
		}
	}
	for path, mode := range map[string]os.FileMode{dir: os.ModeDir | 0o700, filepath.Join(dir, KeyName): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, want %v (%v)", path, info.Mode(), mode, err)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 2 {
		t.Errorf("files were left behind: %v", files)
	}
}

// A public key that others may hold is not replaced.
func TestPublicKeyStays(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	for _, d := range []string{dir, other} {
		if _, err := LocalKey(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(filepath.Join(other, PublicName), filepath.Join(dir, PublicName)); err != nil {
		t.Fatal(err)
	}
	if _, err := LocalKey(dir); err == nil || !contains(err.Error(), "not the public half") {
		t.Errorf("%v", err)
	}
	if err := os.Remove(filepath.Join(dir, PublicName)); err != nil {
		t.Fatal(err)
	}
	if _, err := LocalKey(dir); err != nil {
		t.Errorf("without one: %v", err)
	}
	if _, err := LocalPublicKey(dir); err != nil {
		t.Errorf("it was not written: %v", err)
	}
}

func TestKeysThatAreNone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, KeyName)
	for _, text := range []string{"", "key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LocalKey(dir); err == nil || !contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
		if after, _ := os.ReadFile(path); string(after) != text {
			t.Errorf("%q was replaced", text)
		}
	}
}

// A third party needs no lifeboat: openssl proves the signature over the PAE
// bytes, and refuses others.
func TestOpensslVerifies(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not here: apt-get install openssl")
	}
	b := sealedBench(t)
	data, err := os.ReadFile(b.seal())
	if err != nil {
		t.Fatal(err)
	}
	var e struct {
		PayloadType, Payload string
		Signatures           []struct{ KeyID, Sig string }
	}
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	payload, _ := base64.StdEncoding.DecodeString(e.Payload)
	sig, _ := base64.StdEncoding.DecodeString(e.Signatures[0].Sig)
	verify := func(signed []byte) error {
		b.put(t, filepath.Join(b.dir, "signed"), signed)
		b.put(t, filepath.Join(b.dir, "sig"), sig)
		cmd := exec.Command(openssl, "pkeyutl", "-verify", "-rawin", "-pubin",
			"-inkey", filepath.Join(b.sealer.KeyDir, PublicName), "-in", "signed", "-sigfile", "sig")
		cmd.Dir = b.dir
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		return err
	}
	signed := PAE(e.PayloadType, payload)
	if err := verify(signed); err != nil {
		t.Error("the signature is not proved:", err)
	}
	signed[len(signed)-2] ^= 1
	if err := verify(signed); err == nil {
		t.Error("openssl proves what was changed")
	}
	if got := string(PAE("http://example.com/HelloWorld", []byte("hello world"))); got != "DSSEv1 29 http://example.com/HelloWorld 11 hello world" {
		t.Errorf("not as DSSE has it: %s", got)
	}
}
