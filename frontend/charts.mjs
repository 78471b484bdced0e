// The part of ECharts that Renda draws with: bars, lines, pies, and maps from local outlines.
import { BarChart, LineChart, MapChart, PieChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GeoComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, registerMap, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  DatasetComponent,
  GeoComponent,
  GridComponent,
  LegendComponent,
  LineChart,
  MapChart,
  MarkLineComponent,
  PieChart,
  SVGRenderer,
  TooltipComponent,
  VisualMapComponent,
]);

export { init, registerMap };
