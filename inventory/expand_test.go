package inventory

import "testing"

func env(name string) (string, bool) {
	value, ok := map[string]string{"A": "one", "EMPTY": "", "B_2": "${A}"}[name]
	return value, ok
}

func TestExpand(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "plain $A {A}": "plain $A {A}", "${A}": "one", "x${A}y${EMPTY}z": "xoneyz", "${B_2}": "${A}", "$${A}": "${A}", "$$${A}": "$${A}",
		"a$${b": "a${b", "$": "$", "$$": "$$", "${A}${A}": "oneone",
	} {
		if got, err := Expand(s, env); err != nil || got != want {
			t.Errorf("%q: %q %v, not %q", s, got, err, want)
		}
	}
	for s, want := range map[string]string{
		"x${NONE}": "environment variable NONE is not set; export NONE and try again",
		"${A":      "${ without a closing brace; write ${NAME}, or $${ for a literal ${",
		"é ${}":    "${…} without a plain variable name in it; write ${NAME} with letters, digits and _, or $${ for a literal ${",
		"${1}":     "${…} without a plain variable name in it; write ${NAME} with letters, digits and _, or $${ for a literal ${",
	} {
		if got, err := Expand(s, env); err == nil || got != "" || err.Error() != want {
			t.Errorf("%q: %q %v", s, got, err)
		}
	}
}

func TestHoldsPassword(t *testing.T) {
	for s, want := range map[string]bool{
		"postgres://app:x@h/db": true, "postgres://app@h:5432/db": false, "postgres://app:${P}@h/db": false, "postgres://app:${P}@h/db?o=a@b": false,
		"postgres://app:${A}${B}@h/db": false, "postgres://app:$${P}@h/db": true, "postgres://app:12345@h/db": true, "postgres://h:5432/a@b": false,
		"postgres://app:@h/db": false, "postgres://u@h:5432/db?x=a@b": false, "postgres://u:p/w@h": true, "s3://bucket/a:b@c": false,
		"host=h password=x": true, "host=h password=${P}": false, "host=h password='${P}'": false, "host=h password=": false, "host=h passfile=/x": false,
		"postgres://h/db?user=a&password=x": true, "https://hc.example.com/?token=x": true, "https://hc.example.com/6f1c": false,
		"app:x@tcp(h:3306)/db": true, "app:x@/db": true, "app:${P}@tcp(h)/db": false, "app@tcp(h)/db": false, "app@nas:/orders": false, "nas:/a@b/c": false,
		"sftp:app@host:/repo": false, "rest:https://u:p@h/": true, "/mnt/nas": false, "": false, "${DSN}": false,
	} {
		if got := holdsPassword(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := keysOf[copyShape]()
	for name, want := range map[string]string{
		"sheduel": "schedule", "Driver": "driver", "nmae": "name", "repo": "repository", "off_site": "offsite", "maxage": "max_age", "zzz": "", "": "",
		"cron": "schedule", "x": "", "sit": "site",
	} {
		if got := nearest(name, keys); got != want {
			t.Errorf("%q: %q, not %q", name, got, want)
		}
	}
}
