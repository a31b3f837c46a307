"""Archives into Parquet tables, on many cores, restartable."""
