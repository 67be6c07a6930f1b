package inventory

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

const (
	// keptName is the file in the state directory that holds what a large
	// lifeboat.yaml was read as.
	keptName = "inventory.json"

	// worthKeeping is the size from which reading YAML takes longer than a
	// person should wait, in bytes. Most inventories are smaller, and nothing is
	// kept of them.
	worthKeeping = 64 << 10
)

// LoadKept is Load for whoever starts often: what a large file was read as is
// kept in the directory state, and taken from there as long as no byte of the
// file has changed, nor the program that reads it. state is not made; where
// nothing can be kept, LoadKept is as slow as Load.
func LoadKept(path, state string) (*Inventory, error) {
	src, err := readFile(path)
	if err != nil {
		return nil, Errors{unreadable(path, err)}
	}
	if len(src) < worthKeeping {
		return Parse(path, src)
	}
	key, err := keptKey(path, src)
	if err != nil {
		return Parse(path, src)
	}
	file := filepath.Join(state, keptName)
	if inv := readKept(file, key); inv != nil {
		return inv, nil
	}
	inv, err := Parse(path, src)
	if err == nil {
		writeKept(file, key, inv)
	}
	return inv, err
}

// keptKey is of all that decides what a file is read as: its bytes, where it
// lies, whose home ~ is, and the program, by its own file.
func keptKey(path string, src []byte) ([]byte, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	st, err := os.Stat(program)
	if err != nil {
		return nil, err
	}
	home, _ := os.UserHomeDir() // as in Parse
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %d %d\n", absolute, home, program, st.Size(), st.ModTime().UnixNano())
	h.Write(src) // a hash never fails
	return h.Sum(nil), nil
}

// readKept gives nil unless the file is whole and of this key. It holds the
// key, a digest of the rest, and the inventory as JSON.
func readKept(file string, key []byte) *Inventory {
	b, err := os.ReadFile(file)
	if err != nil || len(b) < 2*sha256.Size || !bytes.Equal(b[:sha256.Size], key) {
		return nil
	}
	body := b[2*sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], b[sha256.Size:2*sha256.Size]) {
		return nil
	}
	inv := &Inventory{}
	if json.Unmarshal(body, inv) != nil {
		return nil
	}
	return inv
}

// writeKept replaces the file whole. Its errors have no reader: the next
// start reads the YAML again.
func writeKept(file string, key []byte, inv *Inventory) {
	body, err := json.Marshal(inv)
	if err != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), "."+keptName+".*")
	if err != nil {
		return
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone after the rename
	sum := sha256.Sum256(body)
	_, err = tmp.Write(append(append(bytes.Clone(key), sum[:]...), body...))
	if cerr := tmp.Close(); err == nil && cerr == nil {
		_ = os.Rename(tmp.Name(), file)
	}
}
