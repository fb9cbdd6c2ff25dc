import { init } from 'echarts';
import type { RowResult } from './row.ts';

const palettes = {
  light: {
    text: '#1f2328',
    line: '#d1d9e0',
    GOAL: '#1a7f37',
    MUST: '#9a6700',
    FAIL: '#cf222e',
    mark: '#1f2328',
  },
  dark: {
    text: '#f0f6fc',
    line: '#3d444d',
    GOAL: '#3fb950',
    MUST: '#d29922',
    FAIL: '#f85149',
    mark: '#f0f6fc',
  },
};
export type Theme = keyof typeof palettes;

const most = 2;
const width = 900;
const barHeight = 22;

/** How much of its goal each figure reaches, as SVG: 1 is the goal, the stroke on a bar is "must". */
export function drawChart(results: readonly RowResult[], theme: Theme): string {
  const colors = palettes[theme];
  const rows = results.filter((one) => one.reach !== null).toReversed();
  const height = rows.length * barHeight + 90;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'system-ui, sans-serif', color: colors.text },
    title: {
      text: 'Share of the goal that each figure reaches',
      left: 8,
      textStyle: { color: colors.text, fontSize: 14 },
    },
    grid: { left: 430, right: 70, top: 40, bottom: 40 },
    xAxis: {
      type: 'value',
      max: most,
      axisLabel: { color: colors.text, formatter: (value: number) => (value === 1 ? 'goal' : `${value}`) },
      splitLine: { lineStyle: { color: colors.line } },
    },
    yAxis: {
      type: 'category',
      data: rows.map((one) => `${one.row}  ${one.metric}`),
      axisLabel: { color: colors.text, width: 330, overflow: 'truncate', fontSize: 11 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.line } },
    },
    series: [
      {
        type: 'bar',
        barWidth: 12,
        data: rows.map((one) => ({
          value: Math.min(most, one.reach ?? 0),
          itemStyle: { color: colors[one.verdict === 'SKIP' ? 'MUST' : one.verdict] },
          label: {
            show: true,
            position: 'right',
            color: colors.text,
            formatter: (one.reach ?? 0).toFixed(2),
          },
        })),
      },
      {
        type: 'scatter',
        symbol: 'rect',
        symbolSize: [2, 18],
        itemStyle: { color: colors.mark },
        data: rows.flatMap((one, index) =>
          one.mustReach === null ? [] : [[Math.min(most, one.mustReach), index]],
        ),
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
