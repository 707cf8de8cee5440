package iam

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/control/controltest"
)

func TestFixtures(t *testing.T) { controltest.Run(t, Controls, "testdata") }
