package ui

import (
	"math"
	"testing"
)

func TestCount(t *testing.T) {
	t.Parallel()
	cases := map[int64]string{
		0: "0", 999: "999", 1000: "1,000", 8412: "8,412", 100000: "100,000", 1234567: "1,234,567", -1204: "-1,204",
		math.MinInt64: "-9,223,372,036,854,775,808",
	}
	for n, want := range cases {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"+12085550142": "(208) 555-0142", "+4822555010": "+4822555010", "+442079460000": "+442079460000", "": "", "+1208": "+1208",
	}
	for number, want := range cases {
		if got := Phone(number); got != want {
			t.Errorf("Phone(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestSharesOfNothing(t *testing.T) {
	t.Parallel()
	if got := Share(0, 0); got != "–" {
		t.Errorf("Share(0, 0) = %q, want a dash", got)
	}
	if got := Share(1942, 8013); got != "24.2%" {
		t.Errorf("Share(1942, 8013) = %q, want 24.2%%", got)
	}
	for _, c := range []struct{ part, whole, want int }{{0, 0, 0}, {5033, 8117, 62}, {8116, 8117, 99}, {8117, 8117, 100}, {9, 3, 100}} {
		if got := Percent(c.part, c.whole); got != c.want {
			t.Errorf("Percent(%d, %d) = %d, want %d", c.part, c.whole, got, c.want)
		}
	}
}

func TestInList(t *testing.T) {
	t.Parallel()
	names := []string{"Ann", "Ben", "Cyd", "Dee", "Eve"}
	cases := []struct {
		names int
		want  string
	}{{0, ""}, {1, "Ann"}, {2, "Ann and Ben"}, {3, "Ann, Ben and Cyd"}, {5, "Ann, Ben, Cyd and 2 more"}}
	for _, c := range cases {
		if got := InList(names[:c.names], 3); got != c.want {
			t.Errorf("%d names: %q, want %q", c.names, got, c.want)
		}
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	cases := map[string]string{"Marisol Vega": "MV", "josé luis ibáñez": "JI", "Ōe": "Ō", "": "", "  Ann  ": "A"}
	for name, want := range cases {
		if got := (Person{Name: name}).Initials(); got != want {
			t.Errorf("initials of %q are %q, want %q", name, got, want)
		}
	}
}
