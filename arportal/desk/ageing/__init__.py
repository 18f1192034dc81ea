"""The ageing report: its page, the files of it, what stands behind a figure, and the snapshots of month-ends."""
