package evidence

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The files of the local key, in the directory of keys.
const (
	KeyName    = "evidence.key" // PKCS#8, 0600
	PublicName = "evidence.pub" // PKIX; what others check with
)

// PublicKey proves signatures.
type PublicKey struct {
	Path string // of its file
	key  ed25519.PublicKey
}

// PrivateKey signs.
type PrivateKey struct {
	path string
	key  ed25519.PrivateKey
}

// Public is the other half.
func (k *PrivateKey) Public() PublicKey {
	return PublicKey{Path: k.path, key: k.key.Public().(ed25519.PublicKey)}
}

// ID names the key: the SHA-256 of its PKIX form, in hex.
func (k PublicKey) ID() string {
	sum := sha256.Sum256(k.der())
	return hex.EncodeToString(sum[:])
}

func (k PublicKey) der() []byte {
	der, _ := x509.MarshalPKIXPublicKey(k.key) // it knows the type
	return der
}

// ReadPublicKey reads an ed25519 key from a PEM file.
func ReadPublicKey(path string) (PublicKey, error) {
	der, err := readPEM(path, "PUBLIC KEY")
	if err != nil {
		return PublicKey{}, err
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return PublicKey{}, fmt.Errorf("%s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return PublicKey{}, fmt.Errorf("%s: it is no ed25519 key", path)
	}
	return PublicKey{Path: path, key: key}, nil
}

// LocalPublicKey is the key that this machine's seals are checked with.
func LocalPublicKey(dir string) (PublicKey, error) {
	return ReadPublicKey(filepath.Join(dir, PublicName))
}

// LocalKey reads the key of a directory, and makes it at its first use. Two
// processes that come first get the same one.
func LocalKey(dir string) (*PrivateKey, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	unlock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	path := filepath.Join(dir, KeyName)
	k, err := readPrivateKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		k, err = makeKey(path)
	}
	if err != nil {
		return nil, err
	}
	return k, k.publish(filepath.Join(dir, PublicName))
}

// publish writes the public half where it is missing. One that is there and
// differs stays: others may hold it.
func (k *PrivateKey) publish(path string) error {
	switch there, err := ReadPublicKey(path); {
	case errors.Is(err, fs.ErrNotExist):
		return WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.Public().der()}), 0o600)
	case err != nil:
		return err
	case there.ID() != k.Public().ID():
		return fmt.Errorf("%s is not the public half of %s", path, k.path)
	}
	return nil
}

func makeKey(path string) (*PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	err = WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
	return &PrivateKey{path: path, key: key}, err
}

func readPrivateKey(path string) (*PrivateKey, error) {
	der, err := readPEM(path, "PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: it is no ed25519 key", path)
	}
	return &PrivateKey{path: path, key: key}, nil
}

func readPEM(path, kind string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s: it holds no %s in PEM", path, kind)
	}
	return block.Bytes, nil
}

// lock waits until no other process makes a key in this directory.
func lock(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}
