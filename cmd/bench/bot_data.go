package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"parley/internal/bot"
)

// question is a text and the answer it asks for; outside is none.
type question struct {
	text   string
	answer bot.AnswerID
}

const outside bot.AnswerID = -1

// corpus is a labelled set of questions.
type corpus struct {
	language   bot.Language
	train      []question
	validation []question
	test       []question
}

// knowledge draws a few variants of each answer, or takes all where few is 0.
// The same seed draws the same ones.
func (c corpus) knowledge(few int, seed uint64) bot.Knowledge {
	at := map[bot.AnswerID]int{}
	var k bot.Knowledge
	train := slices.Clone(c.train)
	random := rand.New(rand.NewPCG(seed, 0))
	random.Shuffle(len(train), func(i, j int) { train[i], train[j] = train[j], train[i] })
	for _, q := range train {
		i, ok := at[q.answer]
		if !ok {
			i = len(k.Answers)
			at[q.answer] = i
			k.Answers = append(k.Answers, bot.Answer{ID: q.answer, Language: c.language})
		}
		if a := &k.Answers[i]; few == 0 || len(a.Variants) < few {
			a.Variants = append(a.Variants, q.text)
		}
	}
	return k
}

// readClinc reads CLINC150 (Larson et al. 2019, CC BY 3.0).
func readClinc(dir string) (corpus, error) {
	var file map[string][][2]string
	if err := readJSON(filepath.Join(dir, "clinc150", "data_full.json"), &file); err != nil {
		return corpus{}, err
	}
	var names []string
	for _, row := range file["train"] {
		names = append(names, row[1])
	}
	slices.Sort(names)
	names = slices.Compact(names)
	part := func(keys ...string) (questions []question) {
		for _, key := range keys {
			for _, row := range file[key] {
				id := outside
				if at, ok := slices.BinarySearch(names, row[1]); ok {
					id = bot.AnswerID(at + 1)
				}
				questions = append(questions, question{row[0], id})
			}
		}
		return questions
	}
	return corpus{bot.English, part("train"), part("val", "oos_val"), part("test", "oos_test")}, nil
}

// readSmallTalk reads the small talk corpus (AXA, MIT) in one language.
func readSmallTalk(dir string, language bot.Language) (corpus, error) {
	var file struct {
		Data []struct {
			Intent     string
			Utterances []string
			Tests      []string
		}
	}
	path := filepath.Join(dir, "smalltalk", fmt.Sprintf("corpus-%s.json", language))
	if err := readJSON(path, &file); err != nil {
		return corpus{}, err
	}
	c := corpus{language: language}
	for i, intent := range file.Data {
		id := bot.AnswerID(i + 1)
		if intent.Intent == "None" {
			continue
		}
		for _, text := range intent.Utterances {
			c.train = append(c.train, question{text, id})
		}
		for _, text := range intent.Tests {
			c.test = append(c.test, question{text, id})
		}
	}
	return c, nil
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the benchmark's data: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}
