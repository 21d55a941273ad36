package bot_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"parley/internal/bot"
)

// question is a text and the answer it asks for; 0 is none.
type question struct {
	text     string
	answer   bot.AnswerID
	language bot.Language
}

// corpus is the university of testdata.
type corpus struct {
	knowledge bot.Knowledge
	held      []question
	outside   []question
}

var university = sync.OnceValues(func() (corpus, error) {
	var c corpus
	ids := map[string]bot.AnswerID{}
	for _, language := range []bot.Language{bot.English, bot.Spanish} {
		lines, err := readLines("testdata/university_" + string(language) + ".txt")
		if err != nil {
			return c, err
		}
		c.read(lines, language, ids)
	}
	lines, err := readLines("testdata/outside.txt")
	for _, line := range lines {
		c.outside = append(c.outside, question{text: line})
	}
	return c, err
})

func (c *corpus) read(lines []string, language bot.Language, ids map[string]bot.AnswerID) {
	for _, line := range lines {
		mark, rest, _ := strings.Cut(line, " ")
		texts := strings.Split(rest, " | ")
		switch mark {
		case "answer":
			if ids[rest] == 0 {
				ids[rest] = bot.AnswerID(len(ids) + 1)
			}
			c.knowledge.Answers = append(c.knowledge.Answers, bot.Answer{ID: ids[rest], Language: language})
		case "+":
			c.knowledge.Answers[len(c.knowledge.Answers)-1].Variants = texts
		case "?":
			answer := c.knowledge.Answers[len(c.knowledge.Answers)-1].ID
			for _, text := range texts {
				c.held = append(c.held, question{text, answer, language})
			}
		}
	}
}

func readLines(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines, err
}

// trained is one model of the whole university, for the tests that only ask.
var trained = sync.OnceValues(func() (*bot.Model, error) {
	c, err := university()
	if err != nil {
		return nil, err
	}
	return bot.Train(c.knowledge)
})

func universityModel(t *testing.T) (corpus, *bot.Model) {
	t.Helper()
	c, err := university()
	if err != nil {
		t.Fatal(err)
	}
	m, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	return c, m
}

func train(t *testing.T, k bot.Knowledge) *bot.Model {
	t.Helper()
	m, err := bot.Train(k)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
