//! The host's log: on standard error, so that standard output stays free for what was asked. A line that is written
//! while an event is handled says which, without being told.

use std::{
    fmt,
    io::{self, IsTerminal as _},
};

use serde_json::json;
use tieline_telemetry::{trace, whose};
use tracing::{Event, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::Targets,
    fmt::{
        FmtContext, FormatEvent, FormatFields, MakeWriter,
        format::{Format, JsonFields, Writer},
    },
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use crate::cli::LogFormat;

/// What hears of spans: the log, and what makes traces.
pub(crate) type Tracer = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts the log: at `info`, or as `TIELINE_LOG` says (`debug`, `info,tieline_delivery=trace`); and the traces, if
/// somebody wants them.
pub(crate) fn start(format: Option<LogFormat>, tracer: Option<Tracer>) {
    let filter = EnvFilter::try_from_env("TIELINE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = io::stderr().is_terminal();
    let format = format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json });
    // A second start in one process (tests) keeps the first.
    let _ = subscriber(format, filter, tracer, io::stderr, terminal).try_init();
}

fn subscriber<W>(
    format: LogFormat,
    filter: EnvFilter,
    tracer: Option<Tracer>,
    writer: W,
    colours: bool,
) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // Spans are for traces alone: where none are wanted, none is made.
    let off = format!("{}=off", trace::TARGET).parse().expect("a target and a level");
    let log = tracing_subscriber::fmt::layer().with_writer(writer);
    let log = match format {
        LogFormat::Text => {
            log.with_ansi(colours).event_format(Text(Format::default().with_ansi(colours))).boxed()
        }
        LogFormat::Json => {
            let line =
                Format::default().json().flatten_event(true).with_current_span(false).with_span_list(false);
            log.fmt_fields(JsonFields::new()).event_format(Json(line)).boxed()
        }
    };
    // Each has a filter of its own. A place for one that is not there would want everything.
    let mut layers: Vec<Tracer> = vec![log.with_filter(filter.add_directive(off)).boxed()];
    let traced = Targets::new().with_target(trace::TARGET, LevelFilter::INFO);
    layers.extend(tracer.map(|tracer| tracer.with_filter(traced).boxed()));
    tracing_subscriber::registry().with(layers)
}

/// A line for people, with the event in front.
struct Text<F>(F);

/// A JSON object a line, with the event in its field `run`.
struct Json<F>(F);

impl<S, N, F> FormatEvent<S, N> for Text<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, ctx: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        if let Some(of) = whose(|of| format!("[{} #{}] ", of.event.reference(), of.attempt)) {
            to.write_str(&of)?;
        }
        self.0.format_event(ctx, to, event)
    }
}

impl<S, N, F> FormatEvent<S, N> for Json<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, ctx: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let Some(of) = whose(run_of) else { return self.0.format_event(ctx, to, event) };
        let mut line = String::new();
        self.0.format_event(ctx, Writer::new(&mut line), event)?;
        match line.strip_prefix('{') {
            Some(rest) => write!(to, "{{\"run\":{of},{rest}"),
            None => to.write_str(&line),
        }
    }
}

fn run_of(of: &tieline_telemetry::Whose) -> serde_json::Value {
    let installation = &of.event.installation;
    json!({
        "tenant": installation.tenant,
        "installation": installation.installation,
        "event": of.event.id,
        "attempt": of.attempt,
        "trace": of.event.trace.map(|trace| format!("{:032x}", trace.trace)),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parking_lot::Mutex;
    use tieline_telemetry::Whose;
    use tieline_types::{EventId, Payload, Timestamp};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Kept {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    fn whose() -> Whose {
        let event = tieline_types::Event {
            id: EventId::from_bytes([7; 16]),
            installation: tieline_types::InstallationKey {
                tenant: "acme".parse().unwrap(),
                installation: "desk".parse().unwrap(),
            },
            ordering_key: "k".into(),
            received: Timestamp(0),
            actor: None,
            trace: None,
            payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
        };
        Whose { event: Arc::new(event), attempt: 2 }
    }

    #[tokio::test]
    async fn a_line_says_whose_work_it_is_about_and_stays_json() {
        let kept = Kept::default();
        let _guard =
            subscriber(LogFormat::Json, EnvFilter::new("info"), None, kept.clone(), false).set_default();
        tracing::info!("nobody's");
        whose().does(async { tracing::warn!(asked = "\"x\"", "a guest's") }).await;
        let text = String::from_utf8(kept.0.lock().clone()).unwrap();
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0]["run"].is_null());
        assert_eq!(lines[1]["run"]["tenant"], "acme");
        assert_eq!(lines[1]["run"]["installation"], "desk");
        assert_eq!(lines[1]["run"]["attempt"], 2);
        assert_eq!((&lines[1]["asked"], &lines[1]["message"]), (&json!("\"x\""), &json!("a guest's")));
    }

    #[test]
    fn no_span_is_made_where_nobody_wants_traces() {
        let span = || tracing::info_span!(target: trace::TARGET, "run", tenant = "acme");
        for filter in ["info", "trace", "tieline=trace"] {
            let kept = Kept::default();
            let log = subscriber(LogFormat::Text, EnvFilter::new(filter), None, kept, false);
            let _guard = log.set_default();
            tracing::callsite::rebuild_interest_cache();
            assert!(span().is_disabled(), "{filter}");
        }
        let nothing: Tracer = Box::new(tracing_subscriber::layer::Identity::new());
        let wanted = Some(nothing);
        let log = subscriber(LogFormat::Text, EnvFilter::new("error"), wanted, Kept::default(), false);
        let _guard = log.set_default();
        tracing::callsite::rebuild_interest_cache();
        assert!(!span().is_disabled(), "they are wanted whatever is logged");
    }
}
