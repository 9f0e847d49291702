package report

import (
	"cmp"
	"fmt"
	"slices"
)

// Node is a step or a dataset.
type Node struct {
	Name    string
	Kind    string // the verb, or "dataset"
	Lines   []string
	Inputs  []Input
	Bad     bool // rows were rejected here
	Dataset bool

	X, Y float64 // of its upper left corner
	row  int
	at   float64 // where its inputs are, for the order within a row
}

// Input is an edge into a node.
type Input struct {
	From int // index of the node that it comes from, which is smaller than that of the node
	Rows int64
}

// Edge is drawn as a curve.
type Edge struct {
	Path  string
	X, Y  float64 // of its label
	Label string
}

// The sizes of a graph.
const (
	nodeWidth  = 200
	nodeHeight = 64
	gapX       = 28
	gapY       = 46
)

// Graph is a graph with its places.
type Graph struct {
	Nodes         []Node
	Edges         []Edge
	Width, Height float64
}

// Least is how narrow it may become before it scrolls: the letters are to be read.
func (g Graph) Least() int { return int(0.6 * g.Width) }

// down is where the name of a node stands, so that all its lines are in the middle.
func (n Node) down() float64 { return n.Y + 36 - 7.5*float64(len(n.Lines)) }

// layout puts each node into the row below all its inputs, and in the row near them.
func layout(nodes []Node) Graph {
	g := Graph{Nodes: nodes}
	var rows [][]*Node
	for i := range nodes {
		n := &nodes[i]
		for _, in := range n.Inputs {
			n.row = max(n.row, nodes[in.From].row+1)
		}
		for len(rows) <= n.row {
			rows = append(rows, nil)
		}
		rows[n.row] = append(rows[n.row], n)
	}
	most := 0
	for _, row := range rows {
		most = max(most, len(row))
	}
	g.Width = float64(max(most, 1))*(nodeWidth+gapX) + gapX
	g.Height = max(0, float64(len(rows))*(nodeHeight+gapY)-gapY) + gapY
	for r, row := range rows {
		for _, n := range row {
			n.at = 0
			for _, in := range n.Inputs {
				n.at += nodes[in.From].X / float64(len(n.Inputs))
			}
		}
		slices.SortStableFunc(row, func(a, b *Node) int { return cmp.Compare(a.at, b.at) })
		width := float64(len(row))*(nodeWidth+gapX) - gapX
		for i, n := range row {
			n.X = (g.Width-width)/2 + float64(i)*(nodeWidth+gapX)
			n.Y = gapY/2 + float64(r)*(nodeHeight+gapY)
		}
	}
	for i := range nodes {
		for k, in := range nodes[i].Inputs {
			g.Edges = append(g.Edges, edge(&nodes[in.From], &nodes[i], k, in.Rows))
		}
	}
	return g
}

func edge(from, to *Node, slot int, rows int64) Edge {
	spread := float64(nodeWidth) / float64(len(to.Inputs)+1)
	x1, y1 := from.X+nodeWidth/2, from.Y+nodeHeight
	x2, y2 := to.X+spread*float64(slot+1), to.Y
	middle := (y1 + y2) / 2
	return Edge{
		Path: fmt.Sprintf("M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f", x1, y1, x1, middle, x2, middle, x2, y2-5),
		X:    round((x1 + x2) / 2), Y: round(middle + 4), Label: Count(rows),
	}
}
