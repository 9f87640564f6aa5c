/** In a file of its own, so that it is loaded with the first picture that is saved. */
export { SVGRenderer } from 'echarts/renderers'
