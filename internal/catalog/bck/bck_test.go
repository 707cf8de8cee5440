package bck_test

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/catalog/bck"
	"github.com/tilsyn-dev/tilsyn/internal/control/controltest"
)

func TestFixtures(t *testing.T) { controltest.Run(t, bck.Controls, "testdata") }
