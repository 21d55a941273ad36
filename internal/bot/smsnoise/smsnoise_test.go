package smsnoise_test

import (
	"strings"
	"testing"

	"parley/internal/bot/smsnoise"
)

const clean = "where can i find the registration office before tomorrow morning please because i need information"

func TestSameSeedSpoilsAlike(t *testing.T) {
	t.Parallel()
	one, other, third := smsnoise.New(smsnoise.Heavy, 1), smsnoise.New(smsnoise.Heavy, 1), smsnoise.New(smsnoise.Heavy, 2)
	differs := false
	for range 20 {
		a, b, c := one.Spoil(clean), other.Spoil(clean), third.Spoil(clean)
		if a != b {
			t.Fatalf("seed 1 gave %q and %q", a, b)
		}
		differs = differs || a != c
	}
	if !differs {
		t.Error("seeds 1 and 2 spoil alike")
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	spoiled := func(level smsnoise.Level) (share float64) {
		source, words := smsnoise.New(level, 3), strings.Fields(clean)
		for range 200 {
			for i, w := range strings.Fields(source.Spoil(clean)) {
				if w != words[i] {
					share += 1 / float64(200*len(words))
				}
			}
		}
		return share
	}
	if none := spoiled(smsnoise.Level{}); none != 0 {
		t.Errorf("no noise spoils %.2f of the words", none)
	}
	if light, heavy := spoiled(smsnoise.Light), spoiled(smsnoise.Heavy); light < 0.05 || heavy < 0.25 || heavy > 0.6 || light > heavy/2 {
		t.Errorf("light noise spoils %.2f of the words, heavy noise %.2f", light, heavy)
	}
}
