package ui

import (
	"fmt"
	"strconv"
)

// Chart is one series of bars from zero. Only the highest is dark and has its
// value written over it.
type Chart struct {
	ID       string // unique on its page
	Title    string
	Takeaway string // the one thing to see in it, in words
	Column   string // what the bars are, for the table: "Hour"
	Unit     string // what is counted, for the table: "Responses"
	Bars     []ChartBar
	Every    int // a label below each so many bars; 1 if 0
}

// ChartBar is one bar: its short label for the axis, a long one for the table.
type ChartBar struct {
	Label string
	Long  string // Label if empty
	Value int
}

func (b ChartBar) long() string {
	if b.Long == "" {
		return b.Label
	}
	return b.Long
}

func (c Chart) labelled(i int) bool { return c.Every <= 1 || i%c.Every == 0 }

// crowded labels are left out where there is room for half of them only.
func (c Chart) crowded(i int) bool { return c.Every <= 1 && len(c.Bars) > 7 && i%2 == 1 }

func (c Chart) peak() int {
	peak := 0
	for i, bar := range c.Bars {
		if bar.Value > c.Bars[peak].Value {
			peak = i
		}
	}
	return peak
}

// top is the end of the axis, three steps that are round numbers: the least that
// holds the peak.
func (c Chart) top() int {
	highest := 1
	for _, bar := range c.Bars {
		highest = max(highest, bar.Value)
	}
	for power := 1; ; power *= 10 {
		for _, tenths := range []int{10, 15, 20, 25, 30, 40, 50, 80} {
			step := tenths * power / 10
			if step*10 == tenths*power && step*chartTicks >= highest {
				return step * chartTicks
			}
		}
	}
}

// chartTicks is how many steps the axis has; with the one at zero this makes
// four lines.
const chartTicks = 3

func (c Chart) tick(i int) string { return Count(c.top() * i / chartTicks) }

// Coordinates are in per cent of the plot, so that a chart is as wide as its
// place without stretching its letters.
func percentOf(part, whole float64) string {
	return strconv.FormatFloat(100*part/whole, 'f', 2, 64) + "%"
}

func (c Chart) barX(i int) string   { return percentOf(float64(i)+0.16, float64(len(c.Bars))) }
func (c Chart) barWidth() string    { return percentOf(0.68, float64(len(c.Bars))) }
func (c Chart) middle(i int) string { return percentOf(float64(i)+0.5, float64(len(c.Bars))) }
func (c Chart) barY(i int) string {
	return percentOf(float64(c.top()-c.Bars[i].Value), float64(c.top()))
}
func (c Chart) barHeight(i int) string { return percentOf(float64(c.Bars[i].Value), float64(c.top())) }
func tickY(i int) string               { return percentOf(float64(chartTicks-i), chartTicks) }

// summary is the chart in a sentence for those who do not see it.
func (c Chart) summary() string {
	if len(c.Bars) == 0 {
		return c.Title + ": nothing yet."
	}
	peak := c.Bars[c.peak()]
	return fmt.Sprintf("%s. The most is %s, %s. All values are in the table below.", c.Title, Count(peak.Value), peak.long())
}

// Share of a whole that is divided up, as in a stacked bar with its legend.
type SharePart struct {
	Label string
	Count int
	Class string // "part-1" to "part-5"
}

func totalOf(parts []SharePart) int {
	total := 0
	for _, part := range parts {
		total += part.Count
	}
	return max(1, total)
}

// shareX is where a part begins, in per cent of the whole.
func shareX(parts []SharePart, i int) string {
	before := 0
	for _, part := range parts[:i] {
		before += part.Count
	}
	return percentOf(float64(before), float64(totalOf(parts)))
}

func shareWidth(parts []SharePart, i int) string {
	return percentOf(float64(parts[i].Count), float64(totalOf(parts)))
}

func longest(meters []Meter) int {
	most := 1
	for _, meter := range meters {
		most = max(most, meter.Count)
	}
	return most
}
