/** A moment in the reader's zone, in the words of Slack's date tokens. https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
export function formattedDate(moment: Date, format: string, now: Date): string {
  return format.replace(/\{(\w+)\}/g, (whole, token: string) => {
    const style = styles[token.replace('_pretty', '')];
    if (!style) return whole;
    const near = token.endsWith('_pretty') ? nearDay(moment, now) : undefined;
    return near ?? moment.toLocaleString('en', style);
  });
}

const styles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_slash: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
};

const DAY_MS = 86_400_000;

function nearDay(moment: Date, now: Date): string | undefined {
  const names: Readonly<Record<string, string>> = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' };
  const midnight = (date: Date) =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  // Rounded, because a day of a clock change has 23 or 25 hours.
  return names[Math.round((midnight(moment) - midnight(now)) / DAY_MS)];
}
