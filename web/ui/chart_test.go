package ui

import (
	"testing"

	"pgregory.net/rapid"
)

func chartOf(values ...int) Chart {
	var chart Chart
	for _, value := range values {
		chart.Bars = append(chart.Bars, ChartBar{Value: value})
	}
	return chart
}

func TestChartAxis(t *testing.T) {
	t.Parallel()
	cases := map[int]int{0: 3, 1: 3, 3: 3, 4: 6, 40: 45, 286: 300, 611: 750, 728: 750, 751: 900, 1942: 2400}
	for peak, want := range cases {
		if got := chartOf(0, peak, 0).top(); got != want {
			t.Errorf("axis for a peak of %d ends at %d, want %d", peak, got, want)
		}
	}
}

func TestChartAxisHoldsThePeakInWholeSteps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		peak := rapid.IntRange(1, 1_000_000_000).Draw(t, "peak")
		top := chartOf(peak).top()
		if top < peak || top%chartTicks != 0 {
			t.Fatalf("axis for %d ends at %d", peak, top)
		}
		if peak > 3 && top > 2*peak {
			t.Fatalf("axis for %d ends at %d, more than half of it empty", peak, top)
		}
	})
}

func TestSharesFillTheWhole(t *testing.T) {
	t.Parallel()
	parts := []SharePart{{Count: 1}, {Count: 0}, {Count: 3}}
	if got := shareX(parts, 2) + " " + shareWidth(parts, 2); got != "25.00% 75.00%" {
		t.Errorf("the last part is at %s, want 25.00%% 75.00%%", got)
	}
}
