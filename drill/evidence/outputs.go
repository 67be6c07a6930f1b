package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// wholeOutputs compares each output file with what its task's end says.
func wholeOutputs(dir string, outputs []output) *Broken {
	if len(outputs) == 0 {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return &Broken{LinkOutputs, "output " + word(outputs[0].file), "the run's directory can't be read: " + err.Error(), hintOutput}
	}
	defer func() { _ = root.Close() }() // nothing was written
	for _, o := range outputs {
		if what := wholeOutput(root, o); what != "" {
			return &Broken{LinkOutputs, "output " + word(o.file), what, hintOutput}
		}
	}
	return nil
}

// wholeOutput says what is wrong with an output, or nothing.
func wholeOutput(root *os.Root, o output) string {
	if !filepath.IsLocal(o.file) {
		return o.event + " names a file outside the run's directory"
	}
	info, err := root.Lstat(o.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it is missing"
	case err != nil:
		return err.Error()
	case !info.Mode().IsRegular():
		return "it is no file any more"
	case info.Size() != o.bytes:
		return fmt.Sprintf("it holds %d bytes, %d when it ended", info.Size(), o.bytes)
	}
	sum, err := digest(root, o.file)
	switch {
	case err != nil:
		return err.Error()
	case sum != o.sha256:
		return "byte content differs from the digest kept when it ended"
	}
	return ""
}

func digest(root *os.Root, name string) (string, error) {
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // nothing was written
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
