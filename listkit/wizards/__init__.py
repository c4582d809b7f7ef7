"""Questions and pictures, apart: flows decide and know no widgets, `view` draws them and decides nothing."""
