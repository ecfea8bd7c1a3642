-- What bench/main.rs reads: wrk's own summary has no 95th percentile.
done = function(summary, latency)
  local bad = summary.errors
  io.write(string.format("report %d %d %d %.0f %.0f %.0f %d\n",
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    bad.connect + bad.read + bad.write + bad.status + bad.timeout))
end
