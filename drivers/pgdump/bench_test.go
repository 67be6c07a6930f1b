package pgdump

import (
	"os"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// BenchmarkReadCustom is lifeboat's own reading of a compressed dump, by
// decoded bytes.
func BenchmarkReadCustom(b *testing.B) {
	path := repository(b, "x.dump=custom.dump") + "/x.dump"
	for b.Loop() {
		f, err := os.Open(path)
		must(b, err)
		_, rep, err := archive.ReadCustom(b.Context(), f, nil)
		must(b, err)
		must(b, f.Close())
		b.SetBytes(rep.Raw)
	}
}
